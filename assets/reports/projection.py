"""Where a point of the earth lies on a picture, and back.

Belongs here: that reckoning, for a city: the earth is flat there. Does not belong here: what is drawn (maps.py).
"""

import math
from dataclasses import dataclass
from typing import Self

# West, south, east, north in degrees, WGS 84.
Bounds = tuple[float, float, float, float]
# Left, top, width, height in units of the picture.
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Projection:
    """A plane picture of a part of the earth.

    Attributes:
        west: Longitude of its left edge, degrees.
        north: Latitude of its top edge, degrees.
        squeeze: How much shorter a degree of longitude is than one of latitude.
        scale: Units of the picture in a degree of latitude.
        left: Where its left edge lies on the picture.
        top: Where its top edge lies on the picture.
    """

    west: float
    north: float
    squeeze: float
    scale: float
    left: float
    top: float

    @classmethod
    def fitting(cls, bounds: Bounds, box: Box, *, centred: bool = False) -> Self:
        """The largest picture of a part of the earth that a box holds, in its corner or in its middle."""
        (west, south, east, north), (left, top, width, height) = bounds, box
        squeeze = math.cos(math.radians((south + north) / 2))
        scale = min(width / ((east - west) * squeeze), height / (north - south))
        if centred:
            left += (width - (east - west) * squeeze * scale) / 2
            top += (height - (north - south) * scale) / 2
        return cls(west, north, squeeze, scale, left, top)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point lies on the picture, from its left and from its top.

        >>> Projection(106.0, -6.0, 1.0, 100.0, 0.0, 0.0).place(106.5, -6.25)
        (50.0, 25.0)
        """
        return (
            self.left + (longitude - self.west) * self.squeeze * self.scale,
            self.top + (self.north - latitude) * self.scale,
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Latitude and longitude of a place on the picture.

        >>> Projection(106.0, -6.0, 1.0, 100.0, 0.0, 0.0).point(50.0, 25.0)
        (-6.25, 106.5)
        """
        return self.north - (y - self.top) / self.scale, self.west + (x - self.left) / self.squeeze / self.scale
