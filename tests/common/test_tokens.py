import pytest

from kit_portal.common.tokens import TOKEN_LENGTH, derive_token, draw_link, hash_token

# Drawn before the derivation moved here: links in mails of that time have to work.
OLD_NONCE = "00112233445566778899aabbccddeeff"
OLD_TOKEN = "m-POoJa0VKR1HFhN69iQRxMBsiC1VsthmIT_rKkWJgA"


def test_links_of_earlier_mails_keep_working(settings):
    settings.SECRET_KEY = "tests"

    token = derive_token(OLD_NONCE, hash_token(OLD_TOKEN), purpose="newsletters.personal-link")

    assert token == OLD_TOKEN


def test_token_comes_out_the_same_each_time_and_is_kept_nowhere():
    nonce, link_hash = draw_link(purpose="a")

    token = derive_token(nonce, link_hash, purpose="a")

    assert token == derive_token(nonce, link_hash, purpose="a")
    assert len(token) == TOKEN_LENGTH
    assert hash_token(token) == link_hash
    assert token not in (nonce, link_hash)


def test_links_of_one_purpose_open_nothing_of_another():
    nonce, link_hash = draw_link(purpose="a")

    with pytest.raises(LookupError):
        derive_token(nonce, link_hash, purpose="b")


def test_links_outlive_a_change_of_the_key_only_while_the_old_one_is_known(settings):
    nonce, link_hash = draw_link(purpose="a")
    token = derive_token(nonce, link_hash, purpose="a")

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "neu", [settings.SECRET_KEY]
    assert derive_token(nonce, link_hash, purpose="a") == token

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(LookupError):
        derive_token(nonce, link_hash, purpose="a")
