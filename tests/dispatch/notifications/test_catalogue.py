import pytest

from dispatch.notifications.catalogue import CATALOGUE, LANGUAGES, language_of
from dispatch.notifications.wording import places_in


@pytest.mark.parametrize("name", sorted(CATALOGUE.texts))
def test_a_text_is_there_in_every_language_with_the_same_places(name):
    texts = CATALOGUE.texts[name]
    assert set(texts) == set(LANGUAGES)
    assert all(text.title and text.body for text in texts.values())
    assert len({places_in(text) for text in texts.values()}) == 1


@pytest.mark.parametrize("name", sorted(CATALOGUE.terms))
def test_a_term_is_there_in_every_language(name):
    assert set(CATALOGUE.terms[name]) == set(LANGUAGES)
    assert all(CATALOGUE.terms[name].values())


@pytest.mark.parametrize("name", sorted(CATALOGUE.texts))
def test_the_name_of_a_text_fits_its_column(name):
    assert len(name) <= 64


@pytest.mark.parametrize(("locale", "language"), [("en", "en"), ("en-GB", "en"), ("zh-CN", "zh-CN"), ("zh", "zh-CN")])
def test_a_locale_is_read_as_one_of_the_languages(locale, language):
    assert language_of(locale) == language
