"""Write the generated date tables of ``data/`` from CLDR (babel), CLDR's relative words (dateparser's copy) and IANA (tzdata).

    python scripts/generate_date_tables.py

Writes ``months.toml``, ``weekdays.toml``, ``relative_times.toml``, ``zones.toml`` and ``date_orders.toml``. What CLDR and IANA lack
stands in ``date_words.toml`` and ``zone_words.toml``, which are written by hand. Every word is written in matching form
(:func:`newsbot.reading.folding.fold`), so that nothing need be folded at load.
"""

from __future__ import annotations

import importlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, localedata
from babel.languages import get_official_languages

from newsbot.reading.folding import fold

DATA: Final = Path(__file__).resolve().parent.parent / "data"
LANGUAGES: Final = """
    af am ar as az be bg bn bs ca ceb ckb cs cy da de el en es et eu fa fi fil fr fy ga gd gl gu ha he hi hr hu hy id ig is
    it ja jv ka kk km kn ko ku ky lb lo lt lv mk ml mn mr ms mt my nb ne nl nn or pa pl ps pt ro ru rw sd si sk sl so sq sr
    sv sw ta te tg th ti tk tr tt ug uk ur uz vi yo zh zu
""".split()
CITY_LANGUAGES: Final = "ar de en es fa fr he hi it ku nl pl pt ru tr uk ur".split()
CITIES: Final = """
    Africa/Algiers Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Khartoum Africa/Lagos Africa/Nairobi
    Africa/Nouakchott Africa/Tripoli Africa/Tunis Africa/Mogadishu Africa/Djibouti Africa/Addis_Ababa Africa/Accra Africa/Abidjan
    Africa/Dakar Africa/Kinshasa Africa/Kampala Africa/Bamako Africa/Asmera America/New_York America/Sao_Paulo America/Toronto
    America/Vancouver America/Halifax America/Chicago America/Denver America/Los_Angeles America/Phoenix America/Mexico_City
    America/Bogota America/Lima America/Caracas America/Santiago America/Buenos_Aires America/Montevideo America/La_Paz
    America/Asuncion America/Guatemala America/Havana America/Panama America/Costa_Rica America/Santo_Domingo Asia/Calcutta
    Asia/Tashkent Asia/Almaty Asia/Bishkek Asia/Dushanbe Asia/Ashgabat Asia/Tbilisi Asia/Yerevan Asia/Katmandu Asia/Colombo
    Asia/Bangkok Asia/Saigon Asia/Kuala_Lumpur Asia/Manila Asia/Taipei Asia/Shanghai Asia/Rangoon Asia/Phnom_Penh Asia/Nicosia
    Europe/Amsterdam Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Helsinki Europe/Prague Europe/Budapest
    Europe/Bucharest Europe/Sofia Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Dublin Europe/Minsk
    Europe/Riga Europe/Vilnius Europe/Tallinn Europe/Sarajevo Europe/Skopje Europe/Chisinau Europe/Tirane Europe/Luxembourg
    Pacific/Auckland Australia/Melbourne Asia/Aden Asia/Amman Asia/Baghdad
    Asia/Bahrain Asia/Baku Asia/Beirut Asia/Damascus Asia/Dhaka Asia/Dubai Asia/Hong_Kong Asia/Jakarta Asia/Jerusalem
    Asia/Kabul Asia/Karachi Asia/Kuwait Asia/Muscat Asia/Qatar Asia/Riyadh Asia/Seoul Asia/Singapore Asia/Tehran Asia/Tokyo
    Europe/Athens Europe/Berlin Europe/Brussels Europe/Istanbul Europe/Kiev Europe/Lisbon Europe/London Europe/Madrid
    Europe/Moscow Europe/Paris Europe/Rome Europe/Vienna Europe/Warsaw Europe/Zurich Australia/Sydney
""".split()
METAZONES: Final = {
    "GMT": "Etc/GMT",
    "Europe_Central": "Europe/Paris",
    "Europe_Eastern": "Europe/Athens",
    "Europe_Western": "Europe/Lisbon",
    "Arabian": "Asia/Riyadh",
    "Gulf": "Asia/Dubai",
    "Iran": "Asia/Tehran",
    "Moscow": "Europe/Moscow",
    "India": "Asia/Kolkata",
    "Pakistan": "Asia/Karachi",
    "Africa_Eastern": "Africa/Nairobi",
    "Israel": "Asia/Jerusalem",
    "America_Eastern": "America/New_York",
    "America_Pacific": "America/Los_Angeles",
    "China": "Asia/Shanghai",
    "Japan": "Asia/Tokyo",
    "Korea": "Asia/Seoul",
    "Brasilia": "America/Sao_Paulo",
}
UNITS: Final = ("year", "month", "week", "day", "hour", "minute", "second")
DAYS: Final = {"0 day ago": 0, "1 day ago": -1, "2 day ago": -2, "in 1 day": 1, "in 2 day": 2}


def locales() -> Iterator[tuple[str, Locale]]:
    """Every CLDR locale of the languages, with its language; regional ones add their own names (the Maghreb, the Levant)."""
    for name in sorted(localedata.locale_identifiers()):
        language = name.partition("_")[0]
        if language in LANGUAGES:
            localedata._cache.clear()  # babel resolves aliases into shared dictionaries: names of one locale would leak into the next
            try:
                yield language, Locale.parse(name)
            except UnknownLocaleError:
                continue


def words(values: Iterable[Any]) -> list[str]:
    """*values* in matching form, without final stops, once each; numbers and single Latin letters are no names."""
    folded = dict.fromkeys(fold(str(value)).strip(" .") for value in values)
    return [word for word in folded if word and not any(char.isdigit() for char in word) and not _letter(word)]


def _letter(word: str) -> bool:
    """Whether *word* is one letter of an alphabet: too little to be a name (ideographs and syllables are not)."""
    return sum(unicodedata.category(char).startswith("L") for char in word) == 1 and ord(word[0]) < 0x900 and word not in "صم"


def _names(data: Any, widths: tuple[str, ...]) -> dict[int, list[str]]:
    """Names by number (1 January, 0 Monday), of the format and the stand-alone forms."""
    found: dict[int, list[str]] = {}
    for context in ("format", "stand-alone"):
        for width in widths:
            for number, name in data.get(context, {}).get(width, {}).items():
                found.setdefault(number, []).append(name)
    return found


def _merge(table: dict[str, dict[str, list[str]]], language: str, key: str, more: list[str]) -> None:
    row = table.setdefault(language, {}).setdefault(key, [])
    row.extend(word for word in more if word not in row)


def months_and_weekdays() -> tuple[dict[str, dict[str, list[str]]], dict[str, dict[str, list[str]]]]:
    """Names by language and number; weekdays with their short forms apart."""
    months: dict[str, dict[str, list[str]]] = {}
    weekdays: dict[str, dict[str, list[str]]] = {}
    for language, locale in locales():
        for number, names in _names(locale._data["months"], ("wide", "abbreviated")).items():
            _merge(months, language, str(number), words(names))
        for width, suffix in (("wide", ""), ("abbreviated", "s")):
            for number, names in _names(locale._data["days"], (width,)).items():
                _merge(weekdays, language, f"{number}{suffix}", words(names))
    for row in weekdays.values():
        for number in range(7):
            wide = row.get(str(number), [])
            row[f"{number}s"] = [word for word in row.get(f"{number}s", []) if word not in wide]
    return months, weekdays


def relative_times() -> dict[str, dict[str, list[str]]]:
    """``ago`` patterns with ``#`` for the number, words for near days, day periods."""
    table: dict[str, dict[str, list[str]]] = {}
    for language, locale in locales():
        fields, periods = locale._data["date_fields"], locale._data["day_periods"]
        for unit in UNITS:
            for width in ("", "-short", "-narrow"):
                past = fields.get(unit + width, {}).get("past", {})
                patterns = (fold(pattern.replace("{0}", " # ")).replace(".", "") for pattern in past.values())
                _merge(
                    table, language, unit, [" ".join(pattern.split()) for pattern in patterns if "-" not in pattern and len(pattern) > 2]
                )
        for period in ("am", "pm"):
            names = [
                periods.get(context, {}).get(width, {}).get(period, "")
                for context in ("format", "stand-alone")
                for width in ("wide", "abbreviated")
            ]
            _merge(table, language, period, [fold(name).strip(" .") for name in names if name])
    for language in LANGUAGES:
        for key, days in DAYS.items():
            _merge(table, language, f"day{days:+d}".replace("+0", "0"), _near_days(language, key))
    return {language: {key: row for key, row in rows.items() if row} for language, rows in table.items()}


def _near_days(language: str, key: str) -> list[str]:
    try:
        info = importlib.import_module(f"dateparser.data.date_translation_data.{language}").info
    except ImportError:
        return []
    return words(info.get("relative-type", {}).get(key, []))


def zones() -> dict[str, dict[str, list[str]]]:
    """Names of zones by IANA zone: cities and CLDR's long names; ``abbreviations`` by offset and countries."""
    cities: dict[str, list[str]] = {}
    names: dict[str, list[str]] = {}
    for language in CITY_LANGUAGES:
        localedata._cache.clear()
        data = Locale.parse(language)._data
        for zone in CITIES:
            city = data["time_zones"].get(zone, {}).get("city") or (zone.rpartition("/")[2].replace("_", " ") if language == "en" else "")
            cities.setdefault(zone, []).extend(words([city]))
        for metazone, zone in METAZONES.items():
            long = data["meta_zones"].get(metazone, {}).get("long", {})
            names.setdefault(zone, []).extend(words(long.values()))
    unique = {zone: list(dict.fromkeys(row)) for zone, row in cities.items()}
    return {"cities": unique, "names": {zone: list(dict.fromkeys(row)) for zone, row in names.items()}}


def abbreviations() -> dict[str, dict[str, str]]:
    """Offset of each zone abbreviation that IANA uses today, by country (``""``: the same everywhere)."""
    found: dict[str, dict[str, str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, _, name = line.split("\t")[:3]
        for month in (1, 7):
            moment = datetime(2024, month, 15, tzinfo=ZoneInfo(name))
            if (letters := moment.strftime("%Z")).isalpha():
                found.setdefault(letters.lower(), {}).setdefault(country, moment.strftime("%z"))
    return {letters: _by_country(countries) for letters, countries in sorted(found.items())}


def country_zones() -> dict[str, str]:
    """The first zone of every country whose zones keep the same time, winter and summer."""
    zones: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, name = line.split("\t")[:3]
            zones.setdefault(country, []).append(name)
    moments = [datetime(2024, month, 15) for month in (1, 4, 7, 10)]
    return {
        country: names[0]
        for country, names in sorted(zones.items())
        if len({tuple(moment.replace(tzinfo=ZoneInfo(name)).utcoffset() for moment in moments) for name in names}) == 1
    }


def _by_country(countries: dict[str, str]) -> dict[str, str]:
    if len(set(countries.values())) == 1:
        return {"any": next(iter(countries.values()))}
    return dict(sorted(countries.items()))


def orders() -> dict[str, dict[str, str]]:
    """Order of numeric dates by country, of its first official language, and by language, from CLDR's short patterns."""
    countries, languages = {}, {}
    territories = {name.rpartition("_")[2] for name in localedata.locale_identifiers()}
    for territory in sorted(name for name in territories if re.fullmatch("[A-Z]{2}", name)):
        official = get_official_languages(territory, de_facto=True) or get_official_languages(territory, regional=True, de_facto=True)
        if order := official and _order(f"{official[0]}_{territory}"):
            countries[territory] = order
    for language in LANGUAGES:
        if order := _order(language):
            languages[language] = order
    return {"country": countries, "language": languages}


def _order(name: str) -> str | None:
    localedata._cache.clear()
    try:
        pattern = Locale.parse(name).date_formats["short"].pattern.lower()
    except (UnknownLocaleError, ValueError):
        return None
    letters = "".join(dict.fromkeys(char for char in pattern if char in "dmy"))
    return letters.upper() if letters in ("dmy", "mdy", "ymd") else None


def write(name: str, what: str, tables: dict[str, dict[str, Any]]) -> None:
    """``data/<name>.toml`` with *tables* in order."""
    lines = [
        f"# {what}",
        f"# Generated by scripts/generate_date_tables.py (babel {version('babel')}, tzdata {version('tzdata')}); do not edit.",
        "",
    ]
    for table, rows in tables.items():
        lines += [f"[{table}]", *(f"{_key(key)} = {_value(value)}" for key, value in rows.items() if value), ""]
    (DATA / f"{name}.toml").write_text("\n".join(lines), encoding="utf-8")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{key}"'


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'{_key(key)} = "{item}"' for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(f'"{item}"'.replace("\\", "") if '"' not in item else f"'{item}'" for item in value) + "]"
    return f'"{value}"'


def main() -> None:
    """Write all tables."""
    months, weekdays = months_and_weekdays()
    write("months", "Month names by language, 1 = January, in matching form.", months)
    write("weekdays", "Weekday names by language, 0 = Monday; s = short forms, in matching form.", weekdays)
    write("relative_times", "'Ago' patterns (# = number), near days, am and pm, by language, in matching form.", relative_times())
    write(
        "zones",
        "City and zone names by IANA zone, zone letters by country, in matching form.",
        {**zones(), "abbreviations": abbreviations(), "countries": country_zones()},
    )
    write("date_orders", "Order of numeric dates, by country and by language.", orders())


if __name__ == "__main__":
    main()
