"""What may be refused about second factors."""

from kernel.errors import Kind, declare

CODE_WRONG = declare(
    "accounts.code_wrong",
    Kind.UNAUTHENTICATED,
    "The code is wrong, over, or was used already; wait for the next one.",
    "验证码错误、已过期或已被使用，请等待下一个验证码。",
)
CHALLENGE_INVALID = declare(
    "accounts.challenge_invalid",
    Kind.UNAUTHENTICATED,
    "Sign in with the password again: this sign-in is unknown, over, or was tried too often.",
    "请重新输入密码登录：本次登录未知、已过期或尝试次数过多。",
)
NEEDED = declare(
    "accounts.second_factor_needed",
    Kind.FORBIDDEN,
    "Your role takes a second factor: turn one on first, nothing else is open until then.",
    "您的角色必须启用双因素验证：请先启用，在此之前无法进行其他操作。",
)
IS_ON = declare(
    "accounts.second_factor_on",
    Kind.CONFLICT,
    "A second factor is on already; turn it off before you begin with another.",
    "双因素验证已启用；如需更换请先关闭。",
)
IS_OFF = declare("accounts.second_factor_off", Kind.CONFLICT, "No second factor is on.", "未启用双因素验证。")
NOT_BEGUN = declare(
    "accounts.second_factor_not_begun",
    Kind.CONFLICT,
    "There is nothing to confirm: begin anew, and send the first code within a quarter of an hour.",
    "没有待确认的双因素验证：请重新开始，并在一刻钟内输入首个验证码。",
)
