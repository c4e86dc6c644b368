from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.requests.letter import LONGEST_REFERENCE, NO_SUBJECT, read_letter


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in ({"From": "王芳 <WANG@Example.com>", "Message-ID": "<a1@x>"} | headers).items():
        message[name.replace("_", "-")] = value
    return message


def test_a_plain_mail_says_who_wrote_about_what_and_when():
    message = mail(Subject="电视 无信号", Date="Sun, 22 Nov 2026 09:00:00 +0800")
    message.set_content("红日大道 8 号\r\n\r\n\r\n\r\n请来人。\r\n")
    letter = read_letter(message.as_bytes())
    assert (letter.reference, letter.sender, letter.sender_name) == ("a1@x", "wang@example.com", "王芳")
    assert (letter.subject, letter.text) == ("电视 无信号", "红日大道 8 号\n\n请来人。")
    assert letter.sent_at == datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def test_of_html_alone_the_words_are_kept_and_attachments_are_noted():
    message = mail(Subject="x")
    message.set_content("<head><title>T</title></head><p>无信号<br>三天</p><script>evil()</script>", subtype="html")
    message.add_attachment(b"\x89PNG123", maintype="image", subtype="png", filename="照片.png")
    letter = read_letter(message.as_bytes())
    assert letter.text == "无信号\n三天"
    assert [(one.name, one.media_type, one.bytes) for one in letter.attachments] == [("照片.png", "image/png", 7)]


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        (b"gb2312", "机顶盒坏了，璟".encode("gb18030")),
        (b"no-such-charset", "机顶盒坏了，璟".encode()),
        (b"us-ascii", "机顶盒坏了，璟".encode()),
        (b"utf-8", "机顶盒坏了，璟".encode("gb18030")),
    ],
)
def test_a_text_whose_coding_is_wrong_or_unknown_is_read_all_the_same(charset, body):
    raw = b"From: a@b.c\r\nSubject: x\r\nContent-Type: text/plain; charset=" + charset
    letter = read_letter(raw + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body)
    assert letter.text == "机顶盒坏了，璟"


def test_a_mail_without_a_name_is_known_by_its_bytes_and_a_long_name_is_cut_to_a_digest():
    nameless = b"From: a@b.c\r\n\r\nhello"
    assert read_letter(nameless).reference == read_letter(nameless).reference
    assert read_letter(nameless).reference != read_letter(nameless + b"!").reference
    long = [read_letter(f"Message-ID: <{'x' * 200}{end}@y>\r\n\r\n.".encode()).reference for end in "ab"]
    assert len(set(long)) == 2
    assert max(map(len, long)) <= LONGEST_REFERENCE


def test_without_a_subject_the_text_begins_the_title():
    assert read_letter(b"From: a@b.c\r\n\r\nno picture\r\nsince noon").subject == "no picture since noon"
    assert read_letter(b"From: a@b.c\r\n\r\n").subject == NO_SUBJECT


@settings(max_examples=60)
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"From: ", b"Subject: =?x?b?", b"Content-Type: multipart/mixed; "])
)
def test_whatever_comes_is_read_as_some_mail_that_can_be_stored(noise, head):
    letter = read_letter(head + noise)
    for text in (letter.reference, letter.subject, letter.text, letter.sender or "", letter.sender_name or ""):
        text.encode()
        assert "\0" not in text
    assert letter.subject
    assert len(letter.subject) <= 200
    assert 0 < len(letter.reference) <= LONGEST_REFERENCE
