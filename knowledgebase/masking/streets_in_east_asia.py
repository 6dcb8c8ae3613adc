"""knowledgebase/masking/streets_in_east_asia.py: streets and blocks with a number as Chinese, Japanese and Korean write
them, in plain writing. Pure.
"""

_HAN = "[\u4e00-\u9fff]"
_HAN_DIGITS = "[\\d一二三四五六七八九十百]{1,5}"
_HAN_NUMBER = f" ?{_HAN_DIGITS} ?"
#: Of a house, also 12-3, 88至90, 12之5.
_HOUSE = f" ?{_HAN_DIGITS}(?: ?[-~之至] ?{_HAN_DIGITS}){{0,2}} ?"
#: A quarter (里) is none in *here*, *at home* and *kilometres*.
_ROAD = "(?:[路街道巷弄][东西南北中東]?|(?<![这那哪這家公手心店屋包箱盒英城夜邻海村镇校院厂场房班组车])里)"
_CHINESE = (
    rf"(?:{_HAN}{{2,8}}[省市] ?)?(?:{_HAN}{{1,8}}[区區县縣] ?)?{_HAN}{{1,8}}"
    rf"(?:{_ROAD}(?:{_HAN_NUMBER}段)?(?:{_HAN_NUMBER}[巷弄]){{0,3}}[甲乙丙丁]?{_HOUSE}[号號弄巷](?![线線])"
    rf"|{_HAN_NUMBER}丁目(?:{_HAN_NUMBER}番地?)?(?:{_HAN_NUMBER}[号號])?)(?:之{_HAN_NUMBER})?"
    rf"(?:{_HAN_NUMBER}[号號楼樓室栋棟单單元座層层]元?(?:之{_HAN_NUMBER})?){{0,5}}"
)
_STOREYS = r"(?:\d{1,4} ?(?:号楼|號樓|[栋棟幢座層层楼樓室]|单元|單元) ?){2,}"
#: In hiragana or katakana too: 丸の内.
_JAPANESE_NAME = rf"[\u3041-\u30fa\u4e00-\u9fff]{{1,8}}(?:{_HAN}|[\u30a1-\u30fa])"
_JAPANESE = (
    rf"{_JAPANESE_NAME} ?\d{{1,2}}-\d{{1,2}}-\d{{1,3}}(?!\d)",
    rf"{_JAPANESE_NAME} ?\d{{1,5}}(?:番地(?:の?\d{{1,4}})?|番(?: ?\d{{1,4}}[号號]|-\d{{1,4}}))(?:の?\d{{1,4}}(?!\d))?",
)
_KOREAN = r"[\uac00-\ud7af]{1,12}(?:로|길) ?\d{1,4}(?:-\d{1,4})?"
STREETS = (_CHINESE, _STOREYS, *_JAPANESE, _KOREAN)
