"""What is remembered of a camera between two frames: one fixed record, so that thousands lie in one array.

Belongs here: the record and its empty form. Does not belong here: what is learned from a frame (background.py,
lighting.py, road.py), where states are kept (assets/cctv/states.py).
"""

import numpy as np
from numpy.typing import NDArray

from ml.vision.decode import FRAME_COLUMNS, FRAME_ROWS
from ml.vision.density import BINS
from ml.vision.health import BLOCK_COLUMNS, BLOCK_ROWS, FROZEN_AFTER
from ml.vision.lighting import Lighting
from ml.vision.road import CELLS, GRID, MOST_ROADS

# Latest frames whose cells tell the road.
ROAD_FRAMES = 40

_LIGHTINGS = len(Lighting)

# 130 kB in memory; on a shelf they are packed into less than half.
STATE = np.dtype(
    [
        # The empty road by lighting, and how many frames taught it.
        ("background", np.int8, (_LIGHTINGS, FRAME_ROWS, FRAME_COLUMNS)),
        ("taught", np.uint16, (_LIGHTINGS,)),
        # The usual picture of each lighting, and of how many frames.
        ("light", np.float32, (_LIGHTINGS, GRID[1], GRID[0])),
        ("lit", np.uint16, (_LIGHTINGS,)),
        # Covered cells of the latest frames with their lighting, a ring; what they tell of the road.
        ("cells", np.uint8, (ROAD_FRAMES, CELLS)),
        ("cells_lighting", np.uint8, (ROAD_FRAMES,)),
        ("cells_kept", np.uint32),
        ("road", np.float32, (CELLS,)),
        # Each cell at its fullest, by lighting.
        ("fullest", np.float32, (_LIGHTINGS, CELLS)),
        # How often each hundredth of density was seen, by lighting.
        ("densities", np.uint16, (_LIGHTINGS, BINS)),
        # Jam index of each of several drawn roads in the frame before, and how many there were.
        ("road_levels", np.float32, (MOST_ROADS,)),
        ("roads", np.uint8),
        # Block means of the latest frames, newest last; which of them are there.
        ("blocks", np.float16, (FROZEN_AFTER, BLOCK_ROWS, BLOCK_COLUMNS)),
        ("blocks_kept", np.uint8),
        # Frames in a row that show another view; those of a light not seen before that nothing is known again in.
        ("other_views", np.uint8),
        ("new_light", np.uint8),
        # Since when a person says that the view counts, in seconds since 1970; checksum of the road drawn for it.
        ("view_since", np.uint32),
        ("road_drawn", np.uint32),
        # What the camera's server said of its picture, to be asked for a newer one only.
        ("etag", "S80"),
        ("last_modified", "S40"),
    ]
)

State = NDArray[np.void]

# What is forgotten when another view counts from now on.
LEARNED_OF_A_VIEW = (
    "background", "taught", "light", "lit", "cells", "cells_kept", "road", "fullest", "densities", "roads",
    "other_views", "new_light",
)  # fmt: skip


def new_states(count: int) -> State:
    """States of cameras that nobody has seen: shape (count,), dtype STATE."""
    return np.zeros(count, dtype=STATE)
