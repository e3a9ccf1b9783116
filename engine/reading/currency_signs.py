"""Signs and codes of currencies that stand beside amounts."""

import unicodedata

from ..locations import currencies

# Signs that stand for other currencies than their only one, and words.
_SIGNS = {
    "$": (
        "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "DOP",
    ),
    "£": ("GBP", "EGP"), "¥": ("JPY", "CNY"), "€": ("EUR",), "₹": ("INR",), "₴": ("UAH",),
    "₫": ("VND",), "₱": ("PHP",), "₺": ("TRY",), "₪": ("ILS",), "₩": ("KRW",), "฿": ("THB",),
    "₡": ("CRC",), "₦": ("NGN",), "₽": ("RUB",), "₸": ("KZT",), "₾": ("GEL",), "₼": ("AZN",),
    "us$": ("USD",), "a$": ("AUD",), "c$": ("CAD",), "ca$": ("CAD",), "nz$": ("NZD",),
    "s$": ("SGD",), "hk$": ("HKD",), "nt$": ("TWD",), "mx$": ("MXN",), "r$": ("BRL",),
    "zł": ("PLN",), "kč": ("CZK",), "ft": ("HUF",), "lei": ("RON",), "лв": ("BGN",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "fr": ("CHF",), "sfr": ("CHF",), "rm": ("MYR",),
    "rp": ("IDR",), "rs": ("INR", "PKR", "LKR"), "r": ("ZAR",), "s/": ("PEN",),
}  # fmt: skip


def currencies_of(sign: str) -> tuple[str, ...]:
    """Codes of the currencies that a sign or code stands for; none for any other text."""
    word = sign.strip().casefold().rstrip(".")
    if word.upper() in currencies():
        return (word.upper(),)
    return _SIGNS.get(word, ())


def is_sign(text: str) -> bool:
    """Whether a text is the sign or code of a currency, of one that we do not know too."""
    return bool(currencies_of(text)) or (len(text) == 1 and unicodedata.category(text) == "Sc")
