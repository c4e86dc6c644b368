"""The table of what the feed knows of the time."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from kernel.database import SILENT, Base


class FeedClock(Base):
    """Up to which moment the feed was told what begins and ends by itself; one row."""

    __tablename__ = "feed_clocks"
    __table_args__ = ({"info": SILENT},)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    told_until: Mapped[datetime]
