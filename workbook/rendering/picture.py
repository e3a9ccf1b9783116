"""The picture of a logo on a sheet."""

from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.fill import Blip
from openpyxl.drawing.geometry import PresetGeometry2D
from openpyxl.drawing.image import Image
from openpyxl.drawing.picture import PictureFrame
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils.units import pixels_to_EMU

from .logo import Logo


class Picture(Image):
    """A picture for openpyxl that does not need Pillow, unlike the base class.

    Parameters
    ----------
    logo : Logo
    column, row : int
        Cell whose corner is the origin, counted from 1.
    right : int
        Right edge of the picture, in pixels from the origin.
    width, height : int
        Maximum size, in pixels.
    """

    def __init__(self, logo: Logo, column: int, row: int, right: int, width: int, height: int):
        scale = min(1, width / logo.width, height / logo.height)
        self.width = max(1, round(logo.width * scale))
        self.height = max(1, round(logo.height * scale))
        self.logo, self.format = logo, logo.format
        frame = PictureFrame()
        shown = frame.nvPicPr.cNvPr
        shown.id, shown.name, shown.descr = 1000, "Logo", logo.alt_text
        frame.nvPicPr.cNvPicPr.picLocks = None
        frame.blipFill.blip = Blip(cstate="print")
        frame.spPr = GraphicalProperties(prstGeom=PresetGeometry2D(prst="rect"))
        frame.spPr.ln = None
        corner = AnchorMarker(column - 1, pixels_to_EMU(right - self.width), row - 1, 0)
        size = XDRPositiveSize2D(pixels_to_EMU(self.width), pixels_to_EMU(self.height))
        self.anchor = OneCellAnchor(_from=corner, ext=size, pic=frame)

    def _data(self) -> bytes:
        return self.logo.data
