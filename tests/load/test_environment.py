import pytest

from forestage.load.environment import environment_in


@pytest.mark.parametrize(
    ("region", "partition", "url_suffix"),
    [
        ("eu-central-1", "aws", "amazonaws.com"),
        ("cn-north-1", "aws-cn", "amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "amazonaws.com"),
        ("us-iso-east-1", "aws-iso", "c2s.ic.gov"),
        ("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov"),
        ("eusc-de-east-1", "aws-eusc", "amazonaws.eu"),
    ],
)
def test_environment_follows_from_the_region(region: str, partition: str, url_suffix: str) -> None:
    environment = environment_in("111122223333", region)

    assert (environment.account_id, environment.region) == ("111122223333", region)
    assert (environment.partition, environment.url_suffix) == (partition, url_suffix)
