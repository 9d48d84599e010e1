"""Who takes the place of people who have left: pure rules."""

from collections.abc import Container
from dataclasses import replace

from bot.updates.model import Series


def without(series: Series, gone: Container[str]) -> Series:
    """Return a series in which nobody of `gone` is needed; what nobody can take over stays as it was.

    The deputy takes the place of a host and of the owner. Without a deputy a host's place is dropped as long as others
    host, and the first host who is there becomes the owner; where no host remains the owner hosts.
    """
    deputy = series.deputy if series.deputy is not None and series.deputy not in gone else None
    takers = (host if host not in gone else deputy for host in series.hosts)
    hosts = tuple(dict.fromkeys(host for host in takers if host is not None))
    stays = series.owner not in gone
    owner = series.owner if stays else deputy or next(iter(hosts), None)
    if owner is None:
        return replace(series, deputy=None)
    return replace(series, owner=owner, hosts=hosts or (owner,), deputy=deputy if stays or deputy != owner else None)
