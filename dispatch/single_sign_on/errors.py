"""What may be refused about signing in at a provider."""

from kernel.errors import Kind, declare

PROVIDER_UNKNOWN = declare(
    "sso.provider_unknown", Kind.NOT_FOUND, "There is no such identity provider.", "没有该身份提供方。"
)
PROVIDER_AWAY = declare(
    "sso.provider_away",
    Kind.UNAVAILABLE,
    "The identity provider does not answer; signing in with a password still works.",
    "身份提供方暂无响应；仍可使用密码登录。",
    retryable=True,
)
PROVIDER_REFUSED = declare(
    "sso.provider_refused",
    Kind.UNAUTHENTICATED,
    "The identity provider did not let you in.",
    "身份提供方未允许登录。",
)
STATE_UNKNOWN = declare(
    "sso.state_unknown",
    Kind.GONE,
    "This sign-in was not begun here, is over, or was finished already: begin anew.",
    "该登录并非从此处发起、已过期或已完成：请重新开始。",
)
TOKEN_REFUSED = declare(
    "sso.token_refused",
    Kind.UNAUTHENTICATED,
    "What the identity provider sent cannot be believed.",
    "身份提供方返回的内容不可信。",
)
GROUPS_LEFT_OUT = declare(
    "sso.groups_left_out",
    Kind.FORBIDDEN,
    "The identity provider left out your groups, because there are too many of them.",
    "您所属的组过多，身份提供方未能返回。",
)
DOMAIN_NOT_ALLOWED = declare(
    "sso.domain_not_allowed",
    Kind.FORBIDDEN,
    "This takes a verified e-mail address of another domain.",
    "须使用所允许域名下已验证的电子邮箱。",
)
PERSON_UNKNOWN = declare(
    "sso.person_unknown",
    Kind.FORBIDDEN,
    "You have no account here yet: ask whoever looks after accounts.",
    "您在此尚无账号：请联系账号管理人员。",
)
LOGIN_TAKEN = declare(
    "sso.login_taken",
    Kind.CONFLICT,
    "Somebody has your login here already: ask whoever looks after accounts to link it to you.",
    "您的账号名已被使用：请联系账号管理人员进行关联。",
)
ACCOUNT_CLOSED = declare("sso.account_closed", Kind.FORBIDDEN, "Your account is closed.", "您的账号已停用。")
CODE_INVALID = declare(
    "sso.code_invalid",
    Kind.UNAUTHENTICATED,
    "Sign in again: the code is unknown, used or over, or it is not you who began.",
    "请重新登录：该代码未知、已使用、已过期，或并非由您发起。",
)
NEXT_REFUSED = declare(
    "sso.next_refused", Kind.INVALID, "Nobody is sent to this address after signing in.", "登录后不允许跳转到该地址。"
)
NO_LOGOUT = declare(
    "sso.no_logout",
    Kind.NOT_FOUND,
    "This identity provider has no address for signing out.",
    "该身份提供方没有退出登录的地址。",
)
IDENTITY_TAKEN = declare(
    "sso.identity_taken", Kind.CONFLICT, "This identity is somebody's already.", "该身份已关联到某个账号。"
)
IDENTITY_UNKNOWN = declare("sso.identity_unknown", Kind.NOT_FOUND, "There is no such identity.", "没有该关联身份。")
