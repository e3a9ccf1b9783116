"""The waves of a plan: in which month which share of its heads at a site starts, and ends."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..address import Address, take
from ..axes import WAVES_MAX
from .consistency import shown
from .site_fields import SiteReader

_KEYS = ("site", "month", "share", "heads", "end")
SHARES_OFF = 1e-9  # what shares may be off 1: thirds typed to ten digits


class WaveReader(SiteReader):
    """Fills in the waves of one plan at a time; its heads are known by then."""

    plans: tuple[str, ...]

    def most_waves(self, plan_tables: Sequence[Mapping[str, Any]]) -> int:
        """The most waves that any plan has at one site."""
        most = 1
        for index, table in enumerate(plan_tables):
            named = [str(wave["site"]) for wave in self._tables(index, table) if "site" in wave]
            unnamed = len(self._tables(index, table)) - len(named)  # at the plan's only site
            at_one = unnamed + max(map(named.count, named), default=0)
            if at_one > WAVES_MAX:
                place = f"plans[{index}] {self.plans[index]!r}"
                what = f"{at_one} waves at one site; there may be at most {WAVES_MAX}"
                raise self.fail(what, place)
            most = max(most, at_one)
        return most

    def waves(self, index: int, table: Mapping[str, Any], values: dict[str, np.ndarray]) -> None:
        """Fill in the waves of a plan; by default all heads start in month 1 and stay."""
        for name, usual in (("wave_month", 1), ("wave_share", 0), ("wave_end", 0)):
            Address(name, {"plan": index}).set(values, usual)
        Address("wave_share", {"plan": index, "wave": 0}).set(values, 1)
        by_site: dict[int, list[tuple[str, Mapping[str, Any]]]] = {}
        staffed = [
            s for s in range(len(self.sites)) if take(values, "heads", plan=index, site=s).any()
        ]
        for number, wave in enumerate(self._tables(index, table)):
            place = f"plans[{index}] {self.plans[index]!r}, waves[{number}]"
            for key in wave:
                self.known(key, _KEYS, place)
            by_site.setdefault(self._site(wave, staffed, place), []).append((place, wave))
        for site, waves in by_site.items():
            self._at_site(index, site, waves, values)

    def _tables(self, index: int, table: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        given = table.get("waves", [])
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            place = f"plans[{index}]"
            raise self.fail(f"waves is {shown(given)}; it must be [[plans.waves]] tables", place)
        return given

    def _site(self, wave: Mapping[str, Any], staffed: list[int], place: str) -> int:
        """The site of a wave; a plan with heads at one site need not name it."""
        if "site" not in wave:
            if len(staffed) == 1:
                return staffed[0]
            raise self.fail("site is missing; the plan has heads at several sites", place)
        named = wave["site"] if isinstance(wave["site"], str) else shown(wave["site"])
        self.known(named, self.sites, place, "site")
        site = self.sites.index(wave["site"])
        if site not in staffed:
            raise self.fail(f"the plan has no heads at {wave['site']!r}; give it some there", place)
        return site

    def _at_site(
        self,
        index: int,
        site: int,
        waves: list[tuple[str, Mapping[str, Any]]],
        values: dict[str, np.ndarray],
    ) -> None:
        """Fill in the waves of a plan at one site; their heads or shares must add up."""
        heads = float(take(values, "heads", plan=index, site=site).sum())
        Address("wave_share", {"plan": index, "site": site}).set(values, 0)
        whole = 0.0
        for number, (place, wave) in enumerate(waves):
            if "heads" in wave and "share" in wave:
                raise self.fail("share and heads of a wave are mutually exclusive; give one", place)
            if "heads" not in wave and "share" not in wave:
                raise self.fail(
                    "the wave has neither share nor heads; give its share of the heads at "
                    f"{self.sites[site]!r}, such as share = 0.5, or how many they are, heads = 4",
                    place,
                )
            at = {"plan": index, "site": site, "wave": number}
            self.put(values, Address("wave_month", at), wave.get("month", 1), place, "month")
            self.put(values, Address("wave_end", at), wave.get("end", 0), place, "end")
            share = wave.get("share", 0)
            if "heads" in wave:
                share = self.number(self.inputs["heads"], wave["heads"], place, "heads") / heads
            self.put(
                values,
                Address("wave_share", at),
                share,
                place,
                "share" if "share" in wave else "heads, as a share of those at the site,",
            )
            whole += share
            month, end = (take(values, f"wave_{part}", **at) for part in ("month", "end"))
            if 0 < end < month:
                raise self.fail(
                    f"end is {end}; it must be 0 or at least month, {month}",
                    self.at(place, "wave_end", **at),
                )
        if abs(whole - 1) > SHARES_OFF:
            or_heads = "" if self.locate else f", or heads to {heads:,.10g}"
            raise self.fail(
                f"shares of the waves add up to {whole:,.10g}; they must add up to 1{or_heads}",
                self._shares(index, site, len(waves)),
            )

    def _shares(self, plan: int, site: int, waves: int) -> str:
        """Where the shares of a plan's waves at a site stand: their cells if in a workbook."""
        place = f"plans[{plan}] {self.plans[plan]!r}, waves at {self.sites[site]!r}"
        first, last = (
            self.at(place, "wave_share", plan=plan, site=site, wave=n) for n in (0, waves - 1)
        )
        return first if first == last else f"{first}:{last.rpartition('!')[2]}"
