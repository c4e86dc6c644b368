"""What may be refused about accounts."""

from kernel.errors import Kind, declare

UNKNOWN = declare(
    "accounts.unknown", Kind.NOT_FOUND, "There is no such person in your scope.", "在您的权限范围内没有该人员。"
)
WRONG_PASSWORD = declare(
    "accounts.wrong_password",
    Kind.UNAUTHENTICATED,
    "The login or the password is wrong.",
    "账号或密码错误。",
)
LOGIN_TAKEN = declare("accounts.login_taken", Kind.CONFLICT, "Somebody has this login already.", "该账号已被使用。")
LOGIN_WRONG = declare(
    "accounts.login_wrong",
    Kind.INVALID,
    "A login has 1 to 64 characters and no blanks.",
    "账号须为 1 至 64 个字符，不含空白。",
)
PASSWORD_WEAK = declare(
    "accounts.password_weak",
    Kind.INVALID,
    "A password has 10 to 200 characters and is not the login.",
    "密码须为 10 至 200 个字符，且不能与账号相同。",
)
PASSWORD_GUESSABLE = declare(
    "accounts.password_guessable",
    Kind.INVALID,
    "This password is soon guessed: use several words that do not belong together.",
    "该密码容易被猜中：请使用若干互不相关的词语。",
)
LOCALE_UNKNOWN = declare("accounts.locale_unknown", Kind.INVALID, "This language is not spoken here.", "不支持该语言。")
MAY_NOT_MANAGE = declare(
    "accounts.may_not_manage",
    Kind.FORBIDDEN,
    "You are not in charge of this person's account.",
    "您无权管理该人员的账号。",
)
MAY_NOT_GRANT = declare(
    "accounts.may_not_grant",
    Kind.FORBIDDEN,
    "You cannot give this role at this place, nor end it.",
    "您无权在该地点授予或收回此角色。",
)
PLACE_WRONG = declare(
    "accounts.place_wrong",
    Kind.INVALID,
    "A role needs a place, and everywhere is none.",
    "角色须对应一个地点；“全部”级别不带地点。",
)
PERIOD_BACKWARDS = declare(
    "accounts.period_backwards", Kind.INVALID, "The period ends before it begins.", "有效期的结束不晚于开始。"
)
NO_PERSON = declare(
    "accounts.no_person",
    Kind.CONFLICT,
    "This is a service account: nobody signs in with it, and it takes no work.",
    "这是服务账号：不能登录，也不承担工作。",
)
GRANT_UNKNOWN = declare(
    "accounts.grant_unknown", Kind.NOT_FOUND, "There is no such role in your scope.", "在您的权限范围内没有该角色授权。"
)
