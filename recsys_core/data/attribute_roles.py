"""What a column of a catalogue or a shopper table is for, by its name in English, Chinese, German, French or Spanish."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LIST_PRICE = "list_price"  # the catalogue's price; `price` is what was paid

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TYPE_SUFFIX = re.compile(r":(token|float|token_seq|float_seq)$")  # RecBole's atomic files
_LEVEL = re.compile(
    r"(?:product|item)?(?:category|categorie|kategorie|categoria|cat|level|lvl|类目|品类|分类)(?:level|lvl|l|name|id)?([1-6])(?:name|id)?"
)
_CHINESE_LEVEL = re.compile(r"(?:商品|产品)?([一二三四五六])级(?:商品)?(?:类目|品类|分类|类别|类)(?:名称|名|id)?")


@dataclass(frozen=True)
class AttributeRole:
    """One thing an attribute can be. holds: "id", "text", "number", "date", "values" (several at a time) or "image".

    usual_names: letters and digits only, without accents and case, the best first.
    """

    name: str
    holds: str
    usual_names: str


PRODUCT_ROLES: tuple[AttributeRole, ...] = (
    AttributeRole(
        "item_id",
        "id",
        """itemid item productid product stockcode sku skuid articleid article movieid asin goodsid contentid trackid artistid bookid isbn
        gameid parentasin upc ean gtin productcode itemcode itemno itemnumber productnumber articlenumber variantsku 商品id 商品编号
        商品编码
        商品代码 产品id 产品编号 货号 物品id 条码 artikelnummer artikelnr artikelid artikel artnr produktid produktnummer referenceproduit
        reference ref idproduit produitid codeproduit codearticle numeroarticle idproducto productoid codigoproducto codigo referencia
        codigoarticulo idarticulo articulo id""",
    ),
    AttributeRole(
        "title",
        "text",
        """title name productname itemname itemtitle producttitle movietitle booktitle articlename displayname 标题 商品名称 商品名 商品标题
        产品名称 产品名 名称 品名 bezeichnung produktname artikelname artikelbezeichnung titel titre nom nomproduit nomduproduit libelle
        designation titulo nombre nombreproducto nombredelproducto denominacion""",
    ),
    AttributeRole(
        "description",
        "text",
        """description desc longdescription shortdescription productdescription itemdescription details body bodyhtml summary 描述 商品描述
        产品描述 详情 商品详情 简介 beschreibung produktbeschreibung artikelbeschreibung descriptif descriptionproduit descripcion
        descripcionproducto""",
    ),
    AttributeRole(
        "category",
        "values",
        """category productcategory itemcategory categoryname maincategory department categories productcategories producttype genre genres
        categorypath 类目 分类 类别 品类 商品分类 商品类目 商品类别 产品类别 kategorie produktkategorie warengruppe produktgruppe kategorien
        categorie categorieproduit rayon categoria categoriaproducto departamento""",
    ),
    AttributeRole("brand", "text", "brand brandname make 品牌 商品品牌 品牌名称 marke hersteller marque marca"),
    AttributeRole(
        LIST_PRICE,
        "number",
        """listprice price unitprice regularprice msrp retailprice rrp currentprice variantprice 价格 单价 售价 原价 标价 吊牌价 preis
        listenpreis verkaufspreis einzelpreis uvp prix prixunitaire prixttc prixdevente precio preciounitario preciodeventa pvp""",
    ),
    AttributeRole(
        "cost",
        "number",
        """cost unitcost costprice purchaseprice cogs 成本 成本价 进价 进货价 einkaufspreis ek kosten cout prixdachat coutunitaire coste
        costo
        preciodecompra""",
    ),
    AttributeRole(
        "margin",
        "number",
        """margin grossmargin marginpercent marginpct profitmargin marginrate 毛利 毛利率 利润率 利润 marge handelsspanne spanne rohmarge
        tauxdemarge margebrute margen margenbruto""",
    ),
    AttributeRole(
        "stock",
        "number",
        """stock instock stocklevel stockquantity stockqty inventory inventoryquantity onhand quantityonhand available availability
        unitsinstock 库存 库存量 库存数量 bestand lagerbestand lager quantiteenstock enstock existencias inventario""",
    ),
    AttributeRole(
        "launch_date",
        "date",
        """launchdate launch launched releasedate released onsaledate availablefrom firstavailable introduced dateadded publishedat
        publicationdate 上架时间 上架日期 上市日期 上市时间 发布日期 发布时间 einfuehrungsdatum einfuhrungsdatum erscheinungsdatum
        datedelancement datedesortie
        datedepublication fechadelanzamiento fechalanzamiento fechaalta""",
    ),
    AttributeRole(
        "image",
        "image",
        """image imageurl imagelink imagesrc mainimage picture pictureurl photo photourl img imgurl thumbnail thumbnailurl 图片 主图
        图片地址
        图片链接 商品图片 bild bildurl produktbild imageproduit urlimage imagen urlimagen foto""",
    ),
    AttributeRole(
        "tags",
        "values",
        "tags tag keywords keyword labels 标签 关键词 关键字 schlagworte schlagworter stichworte motscles etiquettes etiquetas",
    ),
)

SHOPPER_ROLES: tuple[AttributeRole, ...] = (
    AttributeRole(
        "user_id",
        "id",
        """userid user customerid customer visitorid visitor shopperid shopper memberid member clientid householdid householdkey accountid
        uid buyerid reviewerid customernumber customerno custid usr 用户id 用户编号 用户 会员id 会员编号 会员号 客户id 客户编号 顾客id
        顾客编号 买家id
        kundennummer kundennr kundenid kunde benutzerid nutzerid idclient numeroclient codeclient client utilisateur idutilisateur idcliente
        numerocliente codigocliente cliente usuario idusuario id""",
    ),
    AttributeRole("age", "number", "age customerage userage ageyears 年龄 alter edad"),
    AttributeRole("gender", "text", "gender sex 性别 geschlecht sexe genre sexo genero"),
    AttributeRole("region", "text", "region state province area 地区 区域 省份 省 bundesland provinz provincia comunidad"),
    AttributeRole("country", "text", "country countryname countrycode 国家 land pays pais"),
    AttributeRole("city", "text", "city town 城市 stadt ort ville ciudad"),
    AttributeRole(
        "tier",
        "text",
        """tier loyaltytier membershiptier membership membershiplevel memberlevel customertier loyaltylevel level 会员等级 等级 用户等级
        vip等级
        kundenstatus stufe niveau niveaufidelite nivel""",
    ),
    AttributeRole(
        "joined",
        "date",
        """joined joindate signupdate registrationdate registered registeredat membersince customersince createdat 注册时间 注册日期
        入会时间
        registrierungsdatum kundeseit dateinscription clientdepuis fecharegistro fechadealta""",
    ),
)


def plain(column: str) -> str:
    """A column's name without case, accents, spaces and punctuation: 'Référence Produit' -> 'referenceproduit', '商品 ID' -> '商品id'."""
    return "".join(words_of(column))


def words_of(column: str) -> list[str]:
    """The words of a column's name: 'launchDate' -> ['launch', 'date']."""
    name = _CAMEL.sub(" ", _TYPE_SUFFIX.sub("", column.strip()))
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(letter))
    return re.findall(r"[^\W_]+", bare)


def guess_attributes(columns: Sequence[str], roles: Sequence[AttributeRole]) -> dict[str, str]:
    """Role -> column, by name alone; a column has one role at most, and among several candidates the most usual name wins.

    A catalogue that describes its products but does not name them calls its titles descriptions, as many tills do.
    """
    by_name: dict[str, str] = {}
    for column in columns:
        by_name.setdefault(plain(column), column)
    found: dict[str, str] = {}
    for role in roles:
        for usual in (plain(role.name), *role.usual_names.split()):
            if usual in by_name and by_name[usual] not in found.values():
                found[role.name] = by_name[usual]
                break
    if "description" in found and "title" not in found and any(role.name == "title" for role in roles):
        found["title"] = found.pop("description")
    return found


def category_levels(columns: Sequence[str]) -> list[str]:
    """Columns that are the levels of one category tree, from the widest down: 'Category 1', 'Category 2'. Empty for fewer than two."""
    levels: dict[int, str] = {}
    for column in columns:
        name = plain(column)
        match = _LEVEL.fullmatch(name)
        chinese = _CHINESE_LEVEL.fullmatch(name)
        if match:
            levels.setdefault(int(match.group(1)), column)
        elif chinese:
            levels.setdefault("一二三四五六".index(chinese.group(1)) + 1, column)
    return [levels[level] for level in sorted(levels)] if len(levels) > 1 else []
