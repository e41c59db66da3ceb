"""Cells of a time column → microseconds since 1970 in UTC, with the resolution each cell was written in.

    parse(pa.array(["2026-12-01 10:00:04"]), "Asia/Shanghai").micros   # [1796090404000000]

Recognised: year-month-day with - / . or 年月日, then hours and minutes, optional seconds, fraction, 上午 / 下午 / AM
/ PM and zone; seconds, milliseconds, microseconds and nanoseconds since 1970. Zero-padded ISO-like cells are parsed as
byte matrices; everything else by a regex per distinct cell.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qa_audit import arrow
from qa_audit.formats.headers import EMPTY_WORDS
from qa_audit.formats.unclear_times import hour_of_day, is_day_and_hour
from qa_audit.schema import RESOLUTIONS

Ints = npt.NDArray[np.int64]

NO_TIME = np.iinfo(np.int64).min
BAD_TIME = NO_TIME + 1
MICROSECOND, SECOND, MINUTE, DAY, NONE = range(len(RESOLUTIONS))
FIRST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
LAST = int(datetime(2101, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
COARSE_ROWS = 30
_MINUTE_US, _DAY_US, _QUARTER_US = 60_000_000, 86_400_000_000, 900_000_000


@dataclass(frozen=True)
class Times:
    """micros: int64 per row, NO_TIME for an empty cell, BAD_TIME for one that is no time; resolution: int8 per row;
    ambiguous: mask of local times that the clocks of the zone show twice or never."""

    micros: Ints
    resolution: npt.NDArray[np.int8]
    ambiguous: npt.NDArray[np.bool_]

    @property
    def out_of_range(self) -> npt.NDArray[np.bool_]:
        """Mask of times before 2000 or after 2100."""
        real = self.micros > BAD_TIME
        return real & ((self.micros < FIRST) | (self.micros >= LAST))


def parse(cells: Any, zone: str, layout: str | None = None) -> Times:
    """Parse a string or timestamp array; naive times are in `zone`, `layout` is a strptime format to go by."""
    if pa.types.is_timestamp(cells.type):
        return _coarsen(_from_timestamps(cells, zone))
    encoded = pc.dictionary_encode(cells.fill_null(arrow.scalar("", cells.type)))
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    micros, resolution, naive = _parse_distinct(encoded.dictionary, layout)
    ambiguous = np.zeros(len(micros), dtype=bool)
    micros[naive], ambiguous[naive] = shift(micros[naive], zone)
    codes = arrow.numbers(encoded.indices)
    if len(micros) == 0:
        return no_times(len(codes))
    return _coarsen(Times(micros[codes], resolution[codes], ambiguous[codes]))


def whole_minutes(times: Times) -> tuple[int, bool]:
    """Return how many times there are, and whether all of them stand at :00 seconds."""
    real = times.micros[times.micros > BAD_TIME]
    return len(real), not (real % _MINUTE_US != 0).any()


def no_times(count: int) -> Times:
    """Return the times of rows that have none."""
    return Times(np.full(count, NO_TIME), np.full(count, NONE, np.int8), np.zeros(count, dtype=bool))


def is_time(cell: str, layout: str | None = None) -> bool:
    """Tell whether one cell is a time."""
    value = cell.strip()
    return (_strptime(value, layout) if layout else _parse_one(value)) is not None


def to_utc(local: Ints, zone: str) -> Ints:
    """Shift naive local microseconds to UTC; a time the clocks show twice is the earlier one."""
    return shift(local, zone)[0]


def shift(local: Ints, zone: str) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Shift naive local microseconds to UTC; also return the mask of the times that the clocks show twice or never.

    Of two the earlier one is meant; a time that the clocks skip goes by the offset before.
    """
    quarters, inverse = np.unique(local // _QUARTER_US, return_inverse=True)
    tz, epoch = ZoneInfo(zone), datetime(1970, 1, 1)
    shifts, twice = np.zeros(len(quarters), dtype=np.int64), np.zeros(len(quarters), dtype=bool)
    for i, quarter in enumerate(quarters.tolist()):
        if -69_000_000 < quarter < 281_000_000:  # within datetime's years; anything beyond is out of range anyway
            at = (epoch + timedelta(minutes=15 * quarter)).replace(tzinfo=tz)
            offset = at.utcoffset() or timedelta()
            shifts[i] = round(offset.total_seconds() * 1_000_000)
            twice[i] = offset != at.replace(fold=1).utcoffset()
    return np.asarray(local - shifts[inverse], dtype=np.int64), twice[inverse]


def _from_timestamps(cells: Any, zone: str) -> Times:
    micros = pc.cast(cells, pa.timestamp("us", tz=cells.type.tz), safe=False).cast(pa.int64())
    values = np.array(arrow.numbers(micros, int(NO_TIME)))
    real = values != NO_TIME
    ambiguous = np.zeros(len(values), dtype=bool)
    if cells.type.tz is None:
        values[real], ambiguous[real] = shift(values[real], zone)
    exact = np.where(values % 1_000_000 == 0, SECOND, MICROSECOND)
    return Times(values, np.where(real, exact, NONE).astype(np.int8), ambiguous)


def _coarsen(times: Times) -> Times:
    """Call a file whose every time stands at :00 seconds minute-coarse: its seconds were lost, not zero."""
    count, whole = whole_minutes(times)
    if count < COARSE_ROWS or not whole:
        return times
    resolution = np.where(times.resolution < MINUTE, MINUTE, times.resolution)
    return Times(times.micros, resolution.astype(np.int8), times.ambiguous)


def _parse_distinct(cells: Any, layout: str | None) -> tuple[Ints, npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Return (micros, resolution, is naive) per distinct cell."""
    micros = np.full(len(cells), BAD_TIME, dtype=np.int64)
    resolution = np.full(len(cells), NONE, dtype=np.int8)
    naive = np.zeros(len(cells), dtype=bool)
    slow = np.arange(len(cells))
    if layout is None:
        slow = _parse_matrices(cells, micros, resolution, naive)
    for i in slow.tolist():
        value = cells[i].as_py().strip()
        if value.casefold() in EMPTY_WORDS:
            micros[i] = NO_TIME
            continue
        found = _strptime(value, layout) if layout else _parse_one(value)
        if found is not None:
            micros[i], resolution[i], naive[i] = found
    return micros, resolution, naive


def _parse_matrices(cells: Any, micros: Ints, resolution: npt.NDArray[np.int8], naive: npt.NDArray[np.bool_]) -> Ints:
    """Parse cells like 2026-12-01 10:00:04[.123456] by columns of bytes; return the indices of all other cells."""
    lengths = arrow.numbers(pc.binary_length(cells))
    done = np.zeros(len(cells), dtype=bool)
    for length in (16, 19, 21, 22, 23, 24, 25, 26):
        rows = np.flatnonzero(lengths == length)
        if len(rows) == 0:
            continue
        taken = cells.take(arrow.array(rows)).cast(pa.binary()).cast(pa.binary(length))
        matrix = np.frombuffer(taken.buffers()[1], dtype=np.uint8)[: len(rows) * length].reshape(len(rows), length)
        found, good = _parse_matrix(matrix)
        micros[rows[good]] = found[good]
        resolution[rows[good]] = MINUTE if length == 16 else SECOND if length == 19 else MICROSECOND
        naive[rows[good]] = done[rows[good]] = True
    return np.flatnonzero(~done)


def _parse_matrix(matrix: npt.NDArray[np.uint8]) -> tuple[Ints, npt.NDArray[np.bool_]]:
    length = matrix.shape[1]
    digits = (matrix - np.uint8(48)).astype(np.int64)  # anything but a digit becomes more than 9
    marks = [p for p in (4, 7, 10, 13, 16, 19) if p < length]
    places = [p for p in range(length) if p not in marks]
    good = (digits[:, places] <= 9).all(axis=1) & np.isin(matrix[:, 10], list(b" T")) & (matrix[:, 13] == ord(":"))
    good &= np.isin(matrix[:, 4], list(b"-/.")) & (matrix[:, 4] == matrix[:, 7])
    if length > 16:
        good &= matrix[:, 16] == ord(":")
    if length > 19:
        good &= np.isin(matrix[:, 19], list(b".,"))

    def number(start: int, stop: int) -> Ints:
        return np.asarray(digits[:, start:stop] @ (10 ** np.arange(stop - start - 1, -1, -1)), dtype=np.int64)

    year, month, day = number(0, 4), number(5, 7), number(8, 10)
    seconds = number(17, 19) if length > 16 else np.zeros(len(matrix), dtype=np.int64)
    fraction = number(20, length) * 10 ** (26 - length) if length > 19 else np.zeros(len(matrix), dtype=np.int64)
    hour, minute = number(11, 13), number(14, 16)
    good &= (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60) & (seconds < 60)
    month = np.where(good, month, 1)
    first = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    good &= day <= ((first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")).astype(np.int64)
    days = first.astype("datetime64[D]").astype(np.int64) + day - 1
    return days * _DAY_US + ((hour * 60 + minute) * 60 + seconds) * 1_000_000 + fraction, good


_WRITTEN = re.compile(
    r"(?P<y>\d{4})\s*[-/.年]\s*(?P<mo>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"
    r"(?:[T\s,]*(?:周.|星期.)?\s*(?P<half>上午|下午|凌晨|中午|晚上|[AP]\.?M\.?)?\s*(?P<h>\d{1,2})\s*[:时点]\s*(?P<mi>\d{1,2})"
    r"(?:\s*[:分]\s*(?P<s>\d{1,2})(?:[.,](?P<f>\d{1,9}))?)?\s*[秒分]?)?\s*(?P<half2>[AP]\.?M\.?)?"
    r"\s*(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?",
    re.IGNORECASE | re.ASCII,
)
_SINCE_1970 = re.compile(r"(-?)(\d{9,19})(?:\.(\d{1,9}))?", re.ASCII)
# 11, 14 and 17 digits are seconds, milliseconds and microseconds of years far from ours, which is then said
_UNITS = {9: 1_000_000, 10: 1_000_000, 11: 1_000_000, 12: 1_000, 13: 1_000, 14: 1_000, 15: 1, 16: 1, 17: 1}


def _parse_one(value: str) -> tuple[int, int, bool] | None:
    if len(value) > 60 or is_day_and_hour(value):
        return None
    number = _SINCE_1970.fullmatch(value)
    if number:
        since = _since_1970(number[2], number[3] or "")
        return (-since[0], *since[1:]) if since and number[1] else since
    found = _WRITTEN.fullmatch(unicodedata.normalize("NFKC", value))
    if not found:
        return None
    halves = {(found[name] or "").upper().replace(".", "") for name in ("half", "half2")} - {""}
    hour = hour_of_day(int(found["h"] or 0), "".join(halves))
    if hour is None or len(halves) > 1 or (halves and found["h"] is None):
        return None
    try:
        local = datetime(
            int(found["y"]), int(found["mo"]), int(found["d"]), hour, int(found["mi"] or 0), int(found["s"] or 0)
        )
    except ValueError:
        return None
    resolution = DAY if found["h"] is None else MINUTE if found["s"] is None else MICROSECOND if found["f"] else SECOND
    micros = _micros(local) + int(((found["f"] or "") + "000000")[:6])
    if found["zone"] is None:
        return micros, resolution, True
    shift = _zone_minutes(found["zone"])
    return None if shift is None else (micros - shift * _MINUTE_US, resolution, False)


def _since_1970(digits: str, fraction: str) -> tuple[int, int, bool] | None:
    if len(digits) in (18, 19):
        return int(digits) // 1000, MICROSECOND, False
    unit = _UNITS.get(len(digits))
    if unit is None:
        return None
    micros = int(digits) * unit + int((fraction + "000000")[:6]) * unit // 1_000_000
    return micros, SECOND if unit == 1_000_000 and not fraction else MICROSECOND, False


def _zone_minutes(zone: str) -> int | None:
    signed = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", zone)
    if signed is None:
        return 0
    minutes = int(signed[2]) * 60 + int(signed[3] or 0)
    return None if minutes > 18 * 60 else minutes if signed[1] == "+" else -minutes


def _strptime(value: str, layout: str) -> tuple[int, int, bool] | None:
    try:
        parsed = datetime.strptime(value, layout)
        offset = parsed.utcoffset() or timedelta()
    except (ValueError, OverflowError, re.error):
        return None
    seconds = any(code in layout for code in ("%S", "%T", "%c", "%X"))
    hours = seconds or any(code in layout for code in ("%H", "%I", "%R"))
    resolution = MICROSECOND if "%f" in layout else SECOND if seconds else MINUTE if hours else DAY
    micros = _micros(parsed.replace(tzinfo=None)) - round(offset.total_seconds() * 1_000_000)
    return micros, resolution, parsed.tzinfo is None


def _micros(local: datetime) -> int:
    return (local - datetime(1970, 1, 1)) // timedelta(microseconds=1)
