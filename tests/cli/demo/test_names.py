"""Names, numbers and addresses of nobody."""

import random
import re

from cli.demo import names


def test_people_have_chinese_names():
    rng = random.Random("names")
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{2,3}", names.person(rng)) for _ in range(200))


def test_nobody_can_be_called():
    assert names.phone(7) == "10000000007"
    assert len(names.phone(99_999_999)) == 11


def test_an_address_names_its_township_and_what_people_there_live_in():
    rng = random.Random("addresses")
    town = [names.address(rng, "涟城街道") for _ in range(50)]
    assert all(address.startswith("涟城街道") and "组" not in address for address in town)
    village = [names.address(rng, "高沟镇") for _ in range(50)]
    assert all(re.fullmatch(r"高沟镇.+村\d+组\d+号", address) for address in village)


def test_customers_are_people_and_a_few_shops_of_the_township():
    rng = random.Random("customers")
    found = [names.customer(rng, "高沟镇") for _ in range(300)]
    shops = [name for name in found if name.startswith("高沟")]
    assert 10 < len(shops) < 80
    assert names.customer(random.Random("a"), "涟城街道") == names.customer(random.Random("a"), "涟城街道")
