"""Prints a service report as a PDF, with embedded fonts and nothing fetched from anywhere."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from PIL import Image, ImageOps
from pylopdf_fonts_zh_cn import sans_path

from checklists.reports.line_breaks import break_lines
from checklists.reports.report import Mark, Report, StepPart
from checklists.reports.wording import local
from checklists.reports.words import word

FONT = "sans"
MARGIN, LINE = 15.0, 5.2
WIDTH = 210 - 2 * MARGIN
PHOTO_PIXELS = 1000
"""The longer side of a photo as printed: 60 mm wide, that is over 400 dots an inch."""
COLUMNS = 3
GREY, BLACK, RED, AMBER = (110, 110, 110), (0, 0, 0), (176, 0, 32), (150, 90, 0)
_INK = {Mark.FAILED: RED, Mark.WARNED: AMBER, Mark.EMPTY: GREY, Mark.PASSED: BLACK}

ReadBlob = Callable[[str], bytes | None]
"""Returns the bytes of a photo by its digest; None when they are not there (yet)."""


def print_report(report: Report, read: ReadBlob) -> bytes:
    """Print a report. The same report with the same photos always gives the same bytes."""
    sheet = _Sheet(report)
    sheet.head()
    sheet.times()
    sheet.steps()
    sheet.parts_and_fees()
    sheet.photos(read)
    sheet.signature(read)
    sheet.proof()
    return bytes(sheet.output())


class _Sheet(FPDF):
    """A4, portrait; millimetres."""

    def __init__(self, report: Report) -> None:
        super().__init__(format="A4", unit="mm")
        self.report = report
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=18)
        self.add_font(FONT, fname=str(sans_path()))
        self.set_creation_date(report.made_at)
        self.set_title(f"{self.say('title')} {report.number}")
        self.set_lang("en" if report.locale == "en" else "zh-CN")
        self.add_page()

    def say(self, name: str) -> str:
        return word(name, self.report.locale)

    def footer(self) -> None:
        self.set_y(-12)
        self._style(8, GREY)
        page = self.say("page").format(page=self.page_no())
        self.cell(WIDTH / 2, 5, f"{self.report.number} · {self.report.code}")
        self.cell(WIDTH / 2, 5, page, align="R")

    def head(self) -> None:
        self._style(18)
        self.cell(WIDTH, 10, self.say("title"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._style(11)
        self._lines(self.report.title)
        report = self.report
        rows = (
            ("order", report.number),
            ("work", report.work_type),
            ("customer", report.customer),
            ("address", report.address),
            ("station", report.station),
            ("technician", f"{report.technician} {report.badge}".strip()),
            ("checklist", report.template),
            ("revision", str(report.revision)),
        )
        self._pairs([(self.say(name), text) for name, text in rows if text])

    def times(self) -> None:
        report = self.report
        self._heading("times")
        self._pairs([(self.say(name), self._local(at)) for name, at in report.times])
        if report.promises:
            self._heading("promises")
            for one in report.promises:
                kept = {True: "kept", False: "missed", None: "open"}[one.kept]
                due = self.say("not_promised") if one.due_at is None else f"{self.say('due')} {self._local(one.due_at)}"
                mark = Mark.FAILED if one.kept is False else Mark.PASSED
                self._row((self.say(one.clock), due, self.say(kept)), (40, 80, 60), mark)

    def steps(self) -> None:
        self._heading("steps")
        for step in self.report.steps:
            self._step(step)

    def _step(self, step: StepPart) -> None:
        self.ln(1.5)
        self._style(10.5)
        state = self.say("step_passed" if step.passed else "step_open")
        self._keep_together(3 * LINE)
        self.cell(WIDTH - 70, 6, self.say(step.step.value))
        self._style(8.5, GREY)
        self.cell(40, 6, "" if step.done_at is None else self._local(step.done_at), align="R")
        self._style(9, BLACK if step.passed else RED)
        self.cell(30, 6, state, align="R", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        for line in step.lines:
            self._row((line.label, line.answer, self.say(line.mark.value)), (90, 66, 24), line.mark)
            if line.note:
                self._style(8.5, GREY)
                self._lines(f"{self.say('note')}: {line.note}", indent=4)

    def parts_and_fees(self) -> None:
        report = self.report
        if report.parts:
            self._heading("parts")
            for part in report.parts:
                self._row((part.name, part.quantity, part.serial or ""), (90, 30, 60))
        if report.fees:
            self._heading("fees")
            for fee in report.fees:
                self._row((fee.name, fee.quantity, f"{fee.amount} {fee.currency}"), (100, 30, 50), right_last=True)
            self._row((self.say("total"), "", report.total), (100, 30, 50), right_last=True)

    def photos(self, read: ReadBlob) -> None:
        printable = [(photo, made) for photo in self.report.photos if (made := _printable(read(photo.digest)))]
        if not printable:
            return
        self._heading("photos")
        wide = WIDTH / COLUMNS
        for first in range(0, len(printable), COLUMNS):
            row = printable[first : first + COLUMNS]
            heights = [(wide - 4) * image.height / image.width for _, image in row]
            self._keep_together(max(heights) + 2 * LINE)
            top = self.get_y()
            for nth, ((photo, image), height) in enumerate(zip(row, heights, strict=True)):
                left = MARGIN + nth * wide
                self.image(image, x=left, y=top, w=wide - 4, h=height)
                self.set_xy(left, top + height + 0.5)
                self._style(7.5, GREY)
                caption = break_lines(photo.caption, wide - 4, self.get_string_width)[0]
                self.cell(wide - 4, 4, caption)
            self.set_xy(MARGIN, top + max(heights) + 2 * LINE)

    def signature(self, read: ReadBlob) -> None:
        self._heading("signature")
        signed = self.report.signed
        if signed is None:
            self._style(10, RED)
            self._lines(self.say("not_signed"))
            return
        pairs = [(self.say("signed_at"), self._local(signed.at))]
        if signed.signer_name:
            pairs.insert(0, (self.say("signed_by"), signed.signer_name))
        if signed.refused_reason:
            pairs.append((self.say("refused"), signed.refused_reason))
        if signed.witness:
            pairs.append((self.say("witness"), signed.witness))
        self._pairs(pairs)
        drawn = None if signed.signature_digest is None else _printable(read(signed.signature_digest))
        if drawn is not None:
            height = min(25.0, 60 * drawn.height / drawn.width)
            self._keep_together(height + 2)
            self.image(drawn, x=MARGIN, y=self.get_y() + 1, h=height)
            self.set_y(self.get_y() + height + 2)
        if not signed.current:
            self._style(9.5, RED)
            self._lines(self.say("superseded"))

    def proof(self) -> None:
        """Draw the QR code as squares, with what it stands for beside it."""
        size = 30.0
        self._keep_together(size + 8)
        self.ln(3)
        top = self.get_y()
        matrix = [list(row) for row in segno.make(self.report.check_at, error="m").matrix_iter(border=2)]
        dot = size / len(matrix)
        for y, row in enumerate(matrix):
            for x, dark in enumerate(row):
                if dark:
                    self.rect(MARGIN + x * dot, top + y * dot, dot, dot, style="F")
        self.set_left_margin(MARGIN + size + 5)
        self.set_xy(MARGIN + size + 5, top)
        self._style(9)
        self._lines(f"{self.say('code')}: {self.report.code}", most=WIDTH - size - 5)
        self._style(8, GREY)
        for text in (
            self.say("check"),
            self.report.check_at,
            f"{self.say('digest')}:",
            self.report.digest,
            f"{self.say('made')} {self._local(self.report.made_at)}",
        ):
            self._lines(text, most=WIDTH - size - 5)
        self.set_left_margin(MARGIN)
        self.set_y(max(self.get_y(), top + size))

    def _local(self, moment: datetime) -> str:
        return local(moment, self.report.timezone)

    def _style(self, size: float, ink: tuple[int, int, int] = BLACK) -> None:
        self.set_font(FONT, size=size)
        self.set_text_color(*ink)

    def _keep_together(self, height: float) -> None:
        if self.get_y() + height > self.h - 18:
            self.add_page()

    def _heading(self, name: str) -> None:
        self._keep_together(4 * LINE)
        self.ln(3)
        self._style(12)
        self.cell(WIDTH, 7, self.say(name), border="B", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def _lines(self, text: str, *, indent: float = 0.0, most: float = WIDTH) -> None:
        for line in break_lines(text, most - indent, self.get_string_width):
            self.set_x(self.l_margin + indent)
            self.cell(most - indent, LINE, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _pairs(self, rows: Sequence[tuple[str, str]]) -> None:
        for name, text in rows:
            self._row((name, text), (40, WIDTH - 40))

    def _row(
        self,
        cells: Sequence[str],
        widths: Sequence[float],
        mark: Mark = Mark.PASSED,
        *,
        right_last: bool = False,
    ) -> None:
        """Write a row whose cells may take several lines; only the last of three cells is inked by the mark."""
        self._style(9)
        broken = [break_lines(text, wide - 2, self.get_string_width) for text, wide in zip(cells, widths, strict=True)]
        height = max(len(lines) for lines in broken) * LINE
        self._keep_together(height)
        top, left = self.get_y(), self.l_margin
        for nth, (lines, wide) in enumerate(zip(broken, widths, strict=True)):
            last = nth == len(cells) - 1
            self._style(9, _INK[mark] if last and len(cells) == 3 else BLACK)
            for at, line in enumerate(lines):
                self.set_xy(left, top + at * LINE)
                self.cell(wide, LINE, line, align="R" if last and right_last else "L")
            left += wide
        self.set_xy(self.l_margin, top + height)


def _printable(content: bytes | None) -> Image.Image | None:
    """Return a picture upright, without an alpha channel and not larger than it is printed; None for what is no picture."""
    if content is None:
        return None
    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.draft("RGB", (PHOTO_PIXELS, PHOTO_PIXELS))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((PHOTO_PIXELS, PHOTO_PIXELS))
            if upright.mode in ("RGBA", "LA", "P"):
                rgba = upright.convert("RGBA")
                white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
                upright = Image.alpha_composite(white, rgba)
            return _as_jpeg(upright.convert("RGB"))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _as_jpeg(picture: Image.Image) -> Image.Image:
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    packed.seek(0)
    return Image.open(packed)
