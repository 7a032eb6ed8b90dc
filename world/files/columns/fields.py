"""The tables a folder may have, the fields of each, and the names other people give them."""

from dataclasses import dataclass, field
from typing import Final, Literal

FieldType = Literal["date", "text", "name", "number", "share"]
"""A `name` may be spelled in several ways and stay one; a `share` is 0 to 1, yes or no, or per cent."""

KINDS: Final[dict[FieldType, str]] = {
    "date": "a date such as 2026-11-23",
    "text": "text",
    "name": "a name",
    "number": "a number",
    "share": "yes or no, or a share",
}


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: FieldType
    required: bool = False
    also: tuple[str, ...] = ()
    """Other names of it, the likeliest first, in small letters and without anything between them."""


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table by its file name without ending, and the fields it may have."""

    name: str
    fields: tuple[Field, ...]
    unused: frozenset[str] = field(default_factory=frozenset)
    """Names that are known and say nothing that is asked, as `also` writes them."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DATE = _words(
    "day salesdate saledate transactiondate invoicedate orderdate businessdate tradingdate "
    "calendardate datetime timestamp "
    "time transactiontime transtime txntime soldon ds date_ week weekending weekcommencing month"
)
_STORE = _words(
    "storeid storenbr storenumber storeno storecode storename storenum shop shopid shopcode shopname branch branchid "
    "branchcode outlet outletid location locationid site siteid"
)
_CATEGORY = _words(
    "categoryname productcategory itemcategory family productfamily productgroup "
    "department dept deptid departmentname "
    "commodity section catid categoryid cat"
)
_SKU = _words(
    "skuid skucode item itemid itemnbr itemno itemcode itemnumber product productid productcode stockcode article "
    "articleid articleno ean gtin upc barcode plu"
)
_REGION = _words("regionname area territory zone district county state stateid country nation")
_PRICE = _words(
    "unitprice sellprice sellingprice retailprice itemprice averageprice avgprice meanprice pricegbp priceperunit "
    "pricepounds pricepence pricep"
)

SALES: Final = TableSpec(
    "sales",
    (
        Field("date", "date", True, _DATE),
        Field("store", "name", False, _STORE),
        Field("category", "name", False, _CATEGORY),
        Field("sku", "name", False, _SKU),
        Field(
            "units",
            "number",
            False,
            _words(
                "unit unitssold soldunits quantity qty quantitysold qtysold soldqty unitsales salesunits salesqty "
                "itemssold pieces pcs volume demand"
            ),
        ),
        Field(
            "money",
            "number",
            False,
            _words(
                "revenue turnover takings salesvalue salesamount salesgbp netsales grosssales amount "
                "value linetotal totalprice revenuepence turnoverpence takingspence salesvaluepence salespence "
                "weeklysales dailysales monthlysales"
            ),
        ),
        Field("sales", "number", False, _words("sold totalsales sale")),
        Field("price", "number", False, _PRICE),
        Field(
            "promotion",
            "share",
            False,
            _words("promo onpromotion onpromo onoffer promoflag ispromo promotionflag promoted"),
        ),
        Field(
            "in_stock",
            "share",
            False,
            _words("availability available onshelf onshelfavailability osa stock stockonhand onhand stocklevel"),
        ),
        Field("region", "name", False, _REGION),
        Field("open", "share", False, _words("isopen storeopen opened")),
        Field(
            "basket",
            "text",
            False,
            _words(
                "basketid invoiceno invoice invoiceid transaction transactionid transid txnid receipt "
                "receiptid receiptno ticket orderid orderno"
            ),
        ),
        Field("till", "text", False, _words("tillid register pos lane terminal")),
        Field(
            "updated",
            "text",
            False,
            _words(
                "updatedat lastupdated modified modifiedat loadedat loaded extractdate exportdate "
                "exportedat revision version"
            ),
        ),
    ),
    unused=frozenset(
        _words(
            "id rowid customers customerid description productname itemname dayofweek weekday "
            "weeknumber year stateholiday schoolholiday "
            "holidayflag isholiday holiday temperature fuelprice cpi unemployment cost margin currency"
        )
    ),
)
"""`units` or else `money` or `sales` must be there, and `category` unless every sale counts as one."""

WEATHER: Final = TableSpec(
    "weather",
    (
        Field("date", "date", True, _DATE),
        Field("region", "name", False, _REGION),
        Field("temperature_c", "number", False, _words("temperature temp temperaturemean meantemperature tavg tempc")),
        Field("rain_mm", "number", False, _words("rain rainfall precipitation precipitationsum precip prcp rainsum")),
    ),
)
SEARCH: Final = TableSpec(
    "search",
    (
        Field("date", "date", True, _DATE),
        Field("category", "name", True, _CATEGORY),
        Field("region", "name", False, _REGION),
        Field("index", "number", True, _words("searchindex interest searchinterest searches hits score")),
    ),
)
STORES: Final = TableSpec("stores", (Field("store", "name", True, _STORE), Field("region", "name", False, _REGION)))
PRODUCTS: Final = TableSpec(
    "products",
    (
        Field("sku", "name", True, _SKU),
        Field("name", "text", False, _words("productname itemname description title")),
        Field("category", "name", True, _CATEGORY),
        Field("price", "number", False, _PRICE),
        Field("margin_rate", "number", False, _words("margin")),
        Field("less_healthy_category", "text"),
        Field("contains_alcohol", "text"),
        Field("abv_percent", "number"),
        Field("is_drink", "text"),
        Field("energy_kj", "number"),
        Field("saturated_fat_g", "number"),
        Field("total_sugars_g", "number"),
        Field("sodium_mg", "number"),
        Field("fruit_veg_nuts_percent", "number"),
        Field("fibre_g", "number"),
        Field("protein_g", "number"),
        Field("total_fat_g", "number"),
        Field("salt_g", "number"),
        Field("vitamins", "text"),
        Field("provenance", "text"),
        Field("awards", "text"),
        Field("brand", "text"),
        Field("picture", "text"),
    ),
)
OFFERS: Final = TableSpec(
    "offers",
    (
        Field("sku", "name", True, _SKU),
        Field("kind", "text", True),
        Field("starts", "date", True),
        Field("ends", "date", True),
        Field("price", "number"),
        Field("quantity", "number"),
        Field("gift", "text"),
    ),
)
PAST_PRICES: Final = TableSpec(
    "past_prices",
    (
        Field("sku", "name", True, _SKU),
        Field("price", "number", True),
        Field("starts", "date", True),
        Field("ends", "date", True),
    ),
)
CALENDAR: Final = TableSpec(
    "calendar",
    (
        Field("date", "date", True, _DATE),
        Field("label", "text", True, ("d",)),
        Field("week", "text", False, ("wmyrwk",)),
    ),
)
PRICES: Final = TableSpec(
    "prices",
    (
        Field("sku", "name", True, _SKU),
        Field("store", "name", False, _STORE),
        Field("week", "text", False, ("wmyrwk",)),
        Field("date", "date", False, ()),
        Field("price", "number", True, _PRICE),
    ),
)
TABLES: Final = (SALES, PRODUCTS, STORES, WEATHER, SEARCH, OFFERS, PAST_PRICES, CALENDAR, PRICES)
