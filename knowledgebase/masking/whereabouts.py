"""knowledgebase/masking/whereabouts.py: a text without where somebody is reached: addresses of mail, web and post,
numbers, dates of birth and what stands on cards. Pure.
"""

from channels.characters import seen
from knowledgebase.masking.accounts import accounts, insurances
from knowledgebase.masking.addresses import addresses, handles, told_mail
from knowledgebase.masking.births import births
from knowledgebase.masking.cards import cards
from knowledgebase.masking.numbers import numbers
from knowledgebase.masking.numbers_in_words import in_digits
from knowledgebase.masking.places import places
from knowledgebase.masking.plain_writing import Written, written


def without_whereabouts(text: str, least: int) -> Written:
    """`text` without addresses, dates of birth, what stands on cards, and numbers of `least` digits and more, however
    they are written."""
    said = written(seen(text)).unmarked()
    # Together, as one may look like a part of another: ß{.}GB 20 NWBK.
    plain = said.plain
    digits = in_digits(plain)
    said = said.without((*accounts(digits), *insurances(digits), *told_mail(plain), *addresses(plain)))
    said = said.without(handles(said.plain))
    said = said.without((*places(said.plain), *births(said.plain), *cards(in_digits(said.plain))))
    return said.without(numbers(said.plain, least))
