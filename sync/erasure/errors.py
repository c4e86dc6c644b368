"""What may be refused about erasing people's data."""

from kernel.errors import Kind, declare

ORDER_OPEN = declare(
    "erasure.order_open",
    Kind.CONFLICT,
    "An order or a report of this customer is not over: their data are needed for it.",
    "该客户尚有未结束的工单或报修，相关信息仍需使用。",
)
HELD = declare(
    "erasure.held",
    Kind.CONFLICT,
    "Nothing of this customer may be erased: there is a hold.",
    "该客户的资料已被依法保全，不得删除。",
)
OPS_WAITING = declare(
    "erasure.ops_waiting",
    Kind.CONFLICT,
    "What phones handed in about this customer's orders waits to be worked on.",
    "该客户工单尚有待处理的终端上报记录。",
    retryable=True,
)
NOT_HELD = declare("erasure.not_held", Kind.NOT_FOUND, "There is no hold on this customer.", "该客户没有保全记录。")
