"""Still lifes the fake illustrator draws: SVG in a 200 x 200 box, standing on the line y = 176."""

_SHADOW = '<ellipse cx="100" cy="178" rx="74" ry="9" fill="#000" opacity=".20"/>'


def _steam(x: int, top: int) -> str:
    return (
        f'<path d="M{x} {top + 44}c-12-14 12-22 0-38s10-20 2-32" fill="none" stroke="#fff" stroke-width="6"'
        ' stroke-linecap="round" opacity=".55"/>'
    )


def _bowl(filling: str, shine: str, garnish: str) -> str:
    return (
        f"{_SHADOW}{_steam(70, 32)}{_steam(102, 22)}{_steam(132, 34)}"
        '<ellipse cx="100" cy="172" rx="34" ry="8" fill="#c9bba6"/>'
        '<path d="M22 104c0 42 34 68 78 68s78-26 78-68z" fill="#fbf5ea"/>'
        '<path d="M122 170c34-8 56-32 56-66h-22c0 30-12 54-34 66z" fill="#e3d6c2"/>'
        '<path d="M27 124c1 4 2 8 4 11 22 10 116 10 138 0 2-3 3-7 4-11-30 12-116 12-146 0z" fill="#d9694a" opacity=".85"/>'
        '<ellipse cx="100" cy="104" rx="78" ry="22" fill="#fffaf1"/>'
        f'<ellipse cx="100" cy="105" rx="67" ry="16.500" fill="{filling}"/>'
        f'<path d="M46 101c14-9 52-12 76-9" fill="none" stroke="{shine}" stroke-width="4" stroke-linecap="round" opacity=".75"/>'
        f"{garnish}"
    )


_BASIL = (
    '<path d="M84 108c4-12 20-14 28-6-6 10-18 12-28 6z" fill="#3f8f4f"/><path d="M108 110c8-9 22-7 26 1-9 6-19 6-26-1z"'
    ' fill="#2f7340"/><path d="M88 107l20-4M112 110l18 1" stroke="#bfe3b4" stroke-width="1.500" fill="none"/>'
)
_OATS = (
    '<circle cx="86" cy="106" r="7" fill="#7a3fa0"/><circle cx="101" cy="110" r="7" fill="#5b2f86"/>'
    '<circle cx="112" cy="102" r="6" fill="#c23b5a"/><circle cx="127" cy="107" r="7" fill="#7a3fa0"/>'
)


def _lolly() -> str:
    return (
        f"{_SHADOW}"
        '<rect x="91" y="128" width="18" height="48" rx="9" fill="#e9c48d"/><rect x="102" y="128" width="7" height="48" rx="3.500" fill="#cfa466"/>'
        '<path d="M58 64a42 42 0 0 1 84 0v64a12 12 0 0 1-12 12H70a12 12 0 0 1-12-12z" fill="#ff6f91"/>'
        '<path d="M58 84h84v24c-14 10-28-6-42 2s-28 6-42-4z" fill="#ffc75f"/><path d="M58 108c14 10 28 12 42 4s28-12 42-2v18a12 12 0 0 1-12 12H70a12 12 0 0 1-12-12z" fill="#ff9671"/>'
        '<path d="M142 40a19 19 0 0 1-24-18c0-3 .6-6 2-8-6-6 30 6 30 30z" fill="none"/>'
        '<path d="M72 66c0-16 10-28 22-31" stroke="#fff" stroke-width="8" stroke-linecap="round" fill="none" opacity=".7"/>'
        '<rect x="80" y="76" width="9" height="44" rx="4.500" fill="#fff" opacity=".28"/><rect x="111" y="76" width="9" height="44" rx="4.500" fill="#fff" opacity=".28"/>'
        '<path d="M128 138c0 8 8 8 8 0" fill="#ff9671"/><circle cx="132" cy="154" r="4" fill="#ff9671"/>'
    )


def _mug() -> str:
    return (
        f"{_SHADOW}{_steam(78, 26)}{_steam(104, 16)}{_steam(128, 28)}"
        '<path d="M148 96h14a24 24 0 0 1 0 50h-16" fill="none" stroke="#f6efe2" stroke-width="13"/>'
        '<path d="M48 84h104v70a22 22 0 0 1-22 22H70a22 22 0 0 1-22-22z" fill="#fbf5ea"/>'
        '<path d="M132 84h20v70a22 22 0 0 1-22 22h-14a22 22 0 0 0 16-22z" fill="#e2d5c0"/>'
        '<path d="M48 118h104v18H48z" fill="#3d7ea6" opacity=".85"/><ellipse cx="100" cy="84" rx="52" ry="13" fill="#fffaf1"/>'
        '<ellipse cx="100" cy="85" rx="44" ry="9.500" fill="#8a5433"/>'
        '<path d="M66 83c12-5 30-6 46-5" stroke="#c99567" stroke-width="3" fill="none" stroke-linecap="round"/>'
    )


def _glass(drink: str, fruit: str) -> str:
    return (
        f"{_SHADOW}"
        f'<path d="M60 52h80l-9 116a9 9 0 0 1-9 8H78a9 9 0 0 1-9-8z" fill="#fff" opacity=".38"/>'
        f'<path d="M63 82h74l-7 84a7 7 0 0 1-7 6H77a7 7 0 0 1-7-6z" fill="{drink}" opacity=".92"/>'
        '<rect x="76" y="92" width="26" height="24" rx="5" fill="#fff" opacity=".5" transform="rotate(-14 89 104)"/>'
        '<rect x="104" y="106" width="24" height="23" rx="5" fill="#fff" opacity=".42" transform="rotate(11 116 117)"/>'
        f'<circle cx="142" cy="56" r="23" fill="{fruit}"/><circle cx="142" cy="56" r="17" fill="#fff" opacity=".55"/>'
        f'<path d="M142 40v32M126 56h32M131 45l22 22M153 45l-22 22" stroke="{fruit}" stroke-width="2.500"/>'
        '<path d="M92 30l18 130" stroke="#e2504c" stroke-width="6" stroke-linecap="round"/>'
        '<path d="M76 66l7 90" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".6"/>'
        '<path d="M60 52h80" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".8"/>'
    )


def _bottle() -> str:
    return (
        f"{_SHADOW}"
        '<path d="M56 20h24v36c0 10 14 16 14 34v76a10 10 0 0 1-10 10H52a10 10 0 0 1-10-10V90c0-18 14-24 14-34z" fill="#2f5d46"/>'
        '<path d="M72 20h8v36c0 10 14 16 14 34v76a10 10 0 0 1-10 10h-8z" fill="#234a37"/><rect x="54" y="12" width="28" height="15" rx="4" fill="#d9a441"/>'
        '<rect x="42" y="102" width="52" height="46" fill="#fbf1dc"/><path d="M52 116h32M52 126h32M58 136h20" stroke="#a8473a" stroke-width="4" stroke-linecap="round"/>'
        '<path d="M52 70v22" stroke="#8fc3a4" stroke-width="5" stroke-linecap="round" opacity=".7"/>'
        '<path d="M114 72h58l-7 96a8 8 0 0 1-8 8h-28a8 8 0 0 1-8-8z" fill="#fff" opacity=".38"/>'
        '<path d="M117 98h52l-5 68a6 6 0 0 1-6 6h-30a6 6 0 0 1-6-6z" fill="#e6a532"/>'
        '<path d="M112 92c0-12 14-16 18-10 4-10 20-10 24-1 8-6 22 0 20 11 0 8-10 10-12 8H124c-6 2-12-2-12-8z" fill="#fffaf0"/>'
        '<path d="M128 112l4 46" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".6"/>'
    )


def _burger() -> str:
    return (
        f"{_SHADOW}"
        '<path d="M30 146h140v12a18 18 0 0 1-18 18H48a18 18 0 0 1-18-18z" fill="#d98f45"/><rect x="24" y="122" width="152" height="26" rx="13" fill="#6b3a26"/>'
        '<path d="M22 118l20-8h116l20 8-26 16-14-8-16 12-20-11-20 11-18-12-16 8z" fill="#f5c242"/>'
        '<path d="M20 108c8-10 18 4 27-4s18 6 27-2 18 6 27-2 18 6 27-1 18 4 25-2 16 2 27 11v8H20z" fill="#5aa545"/>'
        '<path d="M28 100c0-40 32-66 72-66s72 26 72 66z" fill="#e9a65a"/><path d="M136 44c22 11 36 31 36 56h-20c0-24-5-42-16-56z" fill="#cf8540"/>'
        '<g fill="#fff3d6"><ellipse cx="76" cy="62" rx="6" ry="3.500" transform="rotate(-24 76 62)"/><ellipse cx="104" cy="52" rx="6" ry="3.500"/>'
        '<ellipse cx="128" cy="66" rx="6" ry="3.500" transform="rotate(22 128 66)"/><ellipse cx="96" cy="76" rx="6" ry="3.500" transform="rotate(10 96 76)"/><ellipse cx="56" cy="82" rx="6" ry="3.500" transform="rotate(-30 56 82)"/></g>'
    )


def _salad() -> str:
    return (
        f"{_SHADOW}"
        '<g><path d="M48 96c-20-24-6-48 18-40 4-26 38-26 42-2 24-14 46 12 28 42z" fill="#6cb84f"/>'
        '<path d="M66 98c-8-24 10-42 30-30 14-20 44-6 38 20l-8 12z" fill="#4d9a3c"/><path d="M80 96c0-20 12-34 34-34M118 96c2-14 10-24 24-28" stroke="#b9e08f" stroke-width="3" fill="none"/></g>'
        '<circle cx="58" cy="88" r="17" fill="#e5484d"/><circle cx="53" cy="82" r="5" fill="#fff" opacity=".55"/><circle cx="142" cy="90" r="16" fill="#e5484d"/>'
        '<circle cx="137" cy="84" r="5" fill="#fff" opacity=".55"/><circle cx="104" cy="92" r="15" fill="#dff0c0"/><circle cx="104" cy="92" r="10" fill="#f3fae2"/>'
        '<path d="M20 98h160c0 46-36 78-80 78s-80-32-80-78z" fill="#fbf5ea"/><path d="M124 172c34-10 56-38 56-74h-24c0 32-12 60-32 74z" fill="#e3d6c2"/>'
        '<path d="M26 122c3 9 6 15 10 20 30 8 98 8 128 0 4-5 7-11 10-20-34 10-114 10-148 0z" fill="#4d9a7a" opacity=".8"/>'
    )


def _loaf() -> str:
    return (
        f"{_SHADOW}"
        '<rect x="12" y="160" width="176" height="16" rx="8" fill="#9c6b3f"/>'
        '<path d="M26 160V104c-16-30 8-58 40-56h70c34-2 56 26 40 56v56z" fill="#c9853f"/>'
        '<path d="M42 160v-52c-12-24 4-46 28-46h32c24 0 40 22 28 46v52z" fill="#f6dcae"/>'
        '<path d="M54 150v-44c-8-18 2-32 18-32h26c16 0 26 14 18 32v44z" fill="#fbeccb"/>'
        '<g fill="#e4bd83"><circle cx="72" cy="96" r="3"/><circle cx="92" cy="112" r="4"/><circle cx="78" cy="130" r="3"/><circle cx="102" cy="88" r="3"/><circle cx="100" cy="138" r="3"/></g>'
        '<path d="M146 60c18 4 28 20 18 42v50" stroke="#a96a2c" stroke-width="5" fill="none" stroke-linecap="round" opacity=".7"/>'
    )


def _dish() -> str:
    return (
        f"{_SHADOW}{_steam(70, 34)}{_steam(102, 24)}{_steam(134, 36)}"
        '<path d="M6 118h30v20H18a12 12 0 0 1-12-12zM194 118h-30v20h18a12 12 0 0 0 12-12z" fill="#a8432f"/>'
        '<path d="M22 108h156l-8 56a14 14 0 0 1-14 12H44a14 14 0 0 1-14-12z" fill="#c9553b"/><path d="M150 108h28l-8 56a14 14 0 0 1-14 12h-20a14 14 0 0 0 9-12z" fill="#a8432f"/>'
        '<ellipse cx="100" cy="108" rx="80" ry="22" fill="#e07256"/><ellipse cx="100" cy="108" rx="70" ry="17" fill="#f3c463"/>'
        '<path d="M42 106c8-7 16 4 24-2s16 5 24-2 17 6 26-1 16 5 24-1 14 3 18 6" stroke="#c98728" stroke-width="5" fill="none" stroke-linecap="round"/>'
        '<g fill="#4d9a3c"><circle cx="76" cy="114" r="4"/><circle cx="112" cy="100" r="4"/><circle cx="134" cy="113" r="4"/></g>'
    )


def _biscuits() -> str:
    chips = '<g fill="#5a3320"><circle cx="-18" cy="-14" r="6"/><circle cx="12" cy="-20" r="6"/><circle cx="22" cy="8" r="6"/><circle cx="-6" cy="4" r="6"/><circle cx="-24" cy="16" r="5"/><circle cx="4" cy="26" r="6"/></g>'
    return (
        f"{_SHADOW}"
        '<ellipse cx="100" cy="166" rx="88" ry="13" fill="#fbf5ea"/><ellipse cx="100" cy="163" rx="76" ry="8" fill="#e3d6c2"/>'
        '<rect x="40" y="142" width="84" height="18" rx="9" fill="#c98d4b"/><rect x="44" y="124" width="84" height="18" rx="9" fill="#dba25f"/><rect x="38" y="106" width="84" height="18" rx="9" fill="#c98d4b"/>'
        f'<g transform="translate(128 96)"><circle r="48" fill="#c98d4b"/><circle r="44" cx="-3" cy="-3" fill="#e0ab68"/>{chips}</g>'
    )


def _bag() -> str:
    return (
        f"{_SHADOW}"
        '<path d="M54 30h92l6 20-4 112 6 14H46l6-14-4-112z" fill="#2a8fa3"/><path d="M128 30h18l6 20-4 112 6 14h-24l-4-14z" fill="#1f7283"/>'
        '<path d="M54 30h92l3 10H51zM47 172l2-8h102l2 8z" fill="#fff" opacity=".35"/><circle cx="98" cy="102" r="36" fill="#fff4d9"/>'
        '<path d="M76 106c4-20 40-24 46-6 2 16-34 26-46 6z" fill="#f0b429"/><path d="M84 104c8-9 22-12 30-6" stroke="#fbd873" stroke-width="4" fill="none" stroke-linecap="round"/>'
        '<path d="M62 56v92" stroke="#fff" stroke-width="5" stroke-linecap="round" opacity=".35"/>'
    )


def _milk() -> str:
    return (
        f"{_SHADOW}"
        '<path d="M40 66l22-30h54l22 30v100a10 10 0 0 1-10 10H50a10 10 0 0 1-10-10z" fill="#f7fbff"/><path d="M110 36h6l22 30v100a10 10 0 0 1-10 10h-18z" fill="#d3e2ee"/>'
        '<rect x="62" y="20" width="54" height="18" rx="4" fill="#3a7bd5"/><path d="M40 104c26-18 50 16 98-4v50H40z" fill="#3a7bd5"/><path d="M110 106c10 0 18-2 28-6v50h-28z" fill="#2c62b0"/>'
        '<path d="M148 118h38l-5 52a7 7 0 0 1-7 6h-14a7 7 0 0 1-7-6z" fill="#fff" opacity=".45"/><path d="M151 132h32l-4 36a5 5 0 0 1-5 4h-14a5 5 0 0 1-5-4z" fill="#fff"/>'
    )


def _tray() -> str:
    return (
        f"{_SHADOW}{_steam(74, 30)}{_steam(122, 28)}"
        '<path d="M58 118c-14-20-6-42 12-50 18 8 24 30 12 50z" fill="#ef8a2b"/><path d="M70 68c-4-12-12-16-18-16M70 68c0-14 4-20 8-24M70 68c6-10 14-12 20-12" stroke="#3f8f3f" stroke-width="5" fill="none" stroke-linecap="round"/>'
        '<circle cx="116" cy="96" r="25" fill="#58a846"/><circle cx="102" cy="88" r="14" fill="#6cbd55"/><circle cx="126" cy="84" r="15" fill="#6cbd55"/><rect x="110" y="104" width="13" height="26" rx="6" fill="#a9d68a"/>'
        '<circle cx="154" cy="108" r="19" fill="#d94848"/><path d="M154 90c2-6 6-8 10-8" stroke="#3f8f3f" stroke-width="4" fill="none" stroke-linecap="round"/><circle cx="148" cy="102" r="5" fill="#fff" opacity=".5"/>'
        '<path d="M10 120h180l-10 46a12 12 0 0 1-12 10H32a12 12 0 0 1-12-10z" fill="#56616e"/><path d="M150 120h40l-10 46a12 12 0 0 1-12 10h-22z" fill="#434c57"/><rect x="4" y="114" width="192" height="12" rx="6" fill="#77838f"/>'
    )


def _basket() -> str:
    return (
        f"{_SHADOW}"
        '<rect x="62" y="46" width="40" height="74" rx="5" fill="#e8b04a"/><rect x="62" y="66" width="40" height="26" fill="#fff4d9"/><path d="M112 60a22 22 0 0 1 44 0v60h-44z" fill="#6cb84f"/>'
        '<circle cx="56" cy="104" r="20" fill="#e5484d"/><circle cx="50" cy="97" r="6" fill="#fff" opacity=".5"/>'
        '<path d="M24 112h152l-14 56a10 10 0 0 1-10 8H48a10 10 0 0 1-10-8z" fill="#b9814a"/><path d="M140 112h36l-14 56a10 10 0 0 1-10 8h-22z" fill="#9a6836"/>'
        '<path d="M30 134h140M35 154h130" stroke="#8a5a2c" stroke-width="3" opacity=".55"/><rect x="18" y="106" width="164" height="12" rx="6" fill="#cf9a60"/>'
    )


ILLUSTRATIONS: dict[str, str] = {
    "soup": _bowl("#e2572f", "#ffb08a", _BASIL),
    "breakfast": _bowl("#efdcb4", "#fff8e6", _OATS),
    "ice cream": _lolly(),
    "hot drinks": _mug(),
    "soft drinks": _glass("#f6b73c", "#ffd24a"),
    "vitamins": _glass("#ff8a3c", "#ffa63d"),
    "alcohol": _bottle(),
    "barbecue": _burger(),
    "salad": _salad(),
    "vegetables": _tray(),
    "bakery": _loaf(),
    "ready meals": _dish(),
    "chocolate": _biscuits(),
    "snacks": _bag(),
    "dairy": _milk(),
}
"""By family of goods; `BASKET` for every other."""
BASKET = _basket()
