"""Money (金额): exact decimals in the currencies of ISO 4217, rounded half up to a currency's smallest unit.

No binary fraction ever takes part: amounts come and go as decimal texts such as `"80.00"`.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

_BY_DIGITS = {
    2: (
        "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
        "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
        "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN "
        "NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP "
        "SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
DIGITS: dict[str, int] = {code: digits for digits, codes in _BY_DIGITS.items() for code in codes.split()}
"""How many decimals each currency in use has (ISO 4217, minor unit)."""

_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?")


def decimal_of(value: object, most: Decimal, places: int) -> Decimal | None:
    """Read a decimal text such as `"1.5"`, or a whole number: from 0 to `most`, of so many decimals at most; None for others.

    A binary fraction (1.5 without quotes) is none: nobody knows which decimal it was meant to be.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    text = str(value)
    if not _DECIMAL.fullmatch(text):
        return None
    read = Decimal(text)
    return read if read <= most and read == read.quantize(Decimal(1).scaleb(-places)) else None


def smallest(currency: str) -> Decimal:
    """Return the smallest unit of a currency, such as 0.01."""
    return Decimal(1).scaleb(-DIGITS[currency])


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round an amount half up (away from zero) to the smallest unit of its currency."""
    return amount.quantize(smallest(currency), rounding=ROUND_HALF_UP)


def money_text(amount: Decimal, currency: str) -> str:
    """Write an amount with exactly the decimals of its currency: `80.00`, `1200` for yen."""
    return f"{rounded(amount, currency):f}"


def plain(number: Decimal) -> str:
    """Write a quantity or a percentage without zeros at its end: `1.5`, `10`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount in the smallest units of its currency, as it is stored."""
    return int(rounded(amount, currency).scaleb(DIGITS[currency]))


def major(units: int, currency: str) -> Decimal:
    """Return the amount that so many of the smallest units are."""
    return Decimal(units).scaleb(-DIGITS[currency])
