import pytest

from kit_portal.common.visitors import address_of, network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::1", "2001:db8:1234::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_network_of_shortens(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(("proxies", "found"), [(0, "10.0.0.1"), (1, "198.51.100.9")])
def test_address_of_trusts_the_proxies_that_are_there(rf, settings, proxies, found):
    settings.AXES_IPWARE_PROXY_COUNT = proxies
    request = rf.get(
        "/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.9"}
    )

    assert address_of(request) == found
