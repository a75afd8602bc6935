"""The number that jifen issues: seven digits and a check digit, safe to read aloud and to type."""

from __future__ import annotations


def issue(running: int) -> str:
    """Return the member number of a running number: seven digits and an ISO 7064 MOD 11,10 check digit.

    :param running: 1 … 9 999 999
    :raises ValueError: outside that range
    """
    if not 1 <= running <= 9_999_999:
        raise ValueError(f"running number out of range: {running}")
    digits = f"{running:07}"
    return digits + str(_check_digit(digits))


def is_valid(text: str) -> bool:
    """Return whether ``text`` is a number as issued: one wrong or two swapped digits are noticed."""
    return len(text) == 8 and text.isascii() and text.isdigit() and int(text[7]) == _check_digit(text[:7])


#: The running product after a digit, by the product before it; a city's numbers are issued at once.
_NEXT = {
    product: {str(digit): ((product + digit) % 10 or 10) * 2 % 11 for digit in range(10)}
    for product in range(1, 11)
}


def _check_digit(digits: str) -> int:
    product = 10
    for digit in digits:
        product = _NEXT[product][digit]
    return (11 - product) % 10
