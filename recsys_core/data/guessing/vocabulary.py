"""The words that column names are made of, in the languages that shops export in, and the ideas each may stand for."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

# Two words written as one ("loyaltycard") are a phrase, found with or without the space. A word under two ideas may be either.
_IDEAS: dict[str, str] = {
    "USER": """user usr customer cust client shopper visitor member buyer reviewer household hshd subscriber passenger player listener
        reader viewer student learner patient guest consumer purchaser donor rater voter traveler traveller follower author patron party
        soldto soldtoparty account acct loyalty loyaltycard customercard membercard card cardholder borrower rider contact candidate
        applicant
        kunde kunden kundin kd besucher käufer nutzer benutzer mitglied debitor haushalt kundenkarte leser hörer
        utilisateur usager acheteur membre visiteur adhérent foyer abonné lecteur carte
        usuario usuaria cliente comprador miembro socio visitante tarjeta hogar utente acquirente utilizador klant gebruiker
        用户 会员 客户 顾客 买家 消费者 访客 使用者 读者 观众 学员 学生 玩家 会员卡 粉丝 旅客 用戶 會員 客戶 顧客 買家
        ユーザー ユーザ 会員 사용자 고객 회원 пользователь клиент покупатель пользователя клиента покупателя""",
    "USER_ID": "uid openid kunnr kundnr kdnr msno nutzerid 会员号 会员卡号",
    "ANON": "session sid sess cookie device visit anonymous browser sitzung visita fullvisitor 会话 设备 會話 セッション",
    "ITEM": """item product prod article movie film book game app song track video course content goods good listing offer variant
        business venue location place poi restaurant hotel recipe joke anime manga news page advert ad creative job exercise clip show
        series episode podcast property merchandise commodity photo material artikel art produkt ware waren buch spiel lied produit livre
        jeu artículo producto libro juego película mercancía prodotto articolo produto artigo artikelen
        商品 产品 货品 物品 宝贝 单品 电影 影片 图书 书籍 歌曲 音乐 视频 课程 文章 内容 景点 產品 貨品 電影 圖書 視頻 課程 游戏
        アイテム 作品 상품 제품 товар товара""",
    "ITEM_ID": """sku skuid asin isbn upc ean gtin plu barcode stockcode stockno stockkeepingunit partno partnumber matnr msku spu styleno
        stylecode articleno artnr artno productcode itemcode modelno iid pid 货号 款号 条码 貨號 條碼 料号 型号""",
    "ARTIST": "artist band album creator podcaster 艺术家 歌手 专辑",
    "ORDER": """order invoice basket receipt bill transaction transact trans trx txn purchase checkout cart opportunity deal
        bestell bestellung auftrag auftrags rechnung rechnungs beleg bon kassenbon warenkorb salesdocument salesorder billingdocument
        commande facture panier ticket achat reçu pedido factura compra venta orden carrito ordine fattura scontrino fatura
        bestelling factuur reservation booking 订单 交易 发票 小票 流水 销售单 单据 购物车 訂單 發票 结算单 注文 取引 주문 заказ
        заказа чек чека check""",
    "ORDER_ID": "vbeln incrementid aufnr belegnr bonnr 单号 流水号 小票号",
    "LINE": "line lineitem row rownum rowid posnr posten zeile ligne línea orderitem orderline 行号 序号 明细 子订单",
    "ID": """id no nr nbr num number key code cd ident identifier identification uuid guid ref reference sk nummer kennung kennzahl
        schlüssel numéro número cod código clave identifiant identificador codice
        编号 号 号码 代码 编码 码 标识 代号 識別 編號 號 號碼 代碼 編碼 コード 番号 번호 номер код""",
    "TIME": """time timestamp date datetime ts dt dttm dat datum zeit uhrzeit zeitpunkt zeitstempel datestamp epoch unix unixtime posix
        when moment occurred happened created logged erdat audat fkdat bedat erstellt heure horodatage jour fecha hora momento data ora
        时间 日期 时刻 时间戳 時間 日時 時刻 時間戳 날짜 시간 일시 дата время""",
    "AT": "at on am le 于",
    "CLOCK": "clock hour minute dow dayofweek weekday week weekno month quarter year yr day dayno daynumber timeframe",
    "LATER": """birth birthday dob ship shipping shipped delivery delivered due update updated modified expire expires expiry release
        released launch launched registration registered register signup join joined enrollment end ended finish finished close closed
        cancelled last since until before lieferung liefer versand geburt geburts livraison naissance envío entrega nacimiento publication
        published publish fulfilled fulfillment paid read started approved estimated processed import imported inserted loaded scraped
        发货 收货 出生 生日 更新 注册 上架 支付 付款 修改 到期 结束 出版""",
    "EVENT": """event behavior behaviour action activity interaction operation verhalten aktion ereignis événement comportement acción
        evento comportamiento azione ação 行为 动作 事件 操作 行為 動作 イベント 행동 событие действие""",
    "TYPE": "type kind art typ tipo sorte 类型 類型 种类 タイプ 유형 тип",
    "STATUS": "status state stage flag statut estado stato 状态 狀態",
    "RATING": """rating rated stars star score overall grade bewertung sterne note punktzahl evaluation étoiles puntuación calificación
        valoración estrellas voto punteggio avaliação nota preference like satisfaction rate
        评分 打分 星级 得分 分数 评级 評分 星級 評価 평점 оценка рейтинг""",
    "QTY": """quantity qty qtty unit units pieces pcs count cnt volume plays playcount listens amountbought numitems numberofitems
        numberofunits unitsales unitssold itemcount amount amt copies menge anzahl stück stückzahl stk kwmeng fkimg quantité qté
        nombre cantidad cant unidades uds
        quantità quantidade qtd aantal 数量 件数 个数 销量 次数 數量 件數 個数 수량 количество""",
    "PRICE": """price prc preis einzelpreis stückpreis verkaufspreis netpr prix precio pvp prezzo preço prijs priceeach soldfor rrp
        unitamount pu
        单价 价格 售价 价钱 标价 成交价 單價 價格 售價 価格 単価 가격 단가 цена""",
    "COST": "cost kosten coût costo coste custo 成本",
    "VALUE": """value val amount amt revenue sales spend spent turnover gmv payment playtime hours
        hoursplayed betrag umsatz summe wert netwr erlös
        montant importe monto valor ingreso ventas gasto importo valore
        金额 买家实际支付金额 买家应付货款 销售额 实付 实收 营业额 成交额 付款额 金額 銷售額 売上 금액 매출 сумма выручка""",
    "TOTAL": """total sum linetotal rowtotal ext extended extendedprice subtotal gesamt gesamtpreis totale
        总价 总额 合计 总计 总金额 總價 總額 小计 합계 итого""",
    "SEQ": "seq sequence step rank ordering position pos index idx timestep reihenfolge rang secuencia 顺序 次序",
    "SPLIT": "split partition fold subset evalset dataset traintest 划分 数据集",
    "NAME": """name title titel bezeichnung beschreibung description desc descr text kurztext arktx maktx label libellé désignation
        intitulé nom titre denominación título descripción descrizione titolo nome descrição naam omschrijving
        名称 名 名字 标题 品名 描述 名稱 標題 名前 タイトル 이름 название наименование""",
    "CATEGORY": """category cat categ kategorie warengruppe produktgruppe artikelgruppe sortiment catégorie rayon famille categoria
        categoría familia sección department dept genre class group section aisle matkl topic departamento reparto
        类目 类别 分类 品类 种类 部门 類目 類別 分類 品類 カテゴリ カテゴリー 카테고리 категория отдел""",
    "SUB": "sub subcategory subcat second level leaf child unter sous 子类目 二级 三级 子",
    "MAIN": "main primary top root parent head haupt 主 一级 大类",
    "PERSON": """firstname lastname surname fullname givenname familyname forename vorname nachname prénom apellido nickname username
        recipient salutation screenname displayname 姓名 昵称 用户名 收货人 联系人 真实姓名 氏名 暱稱""",
    "EMAIL": "email mail emailaddress mailaddress courriel correo 邮箱 电子邮件 邮件 電子郵件 郵箱 メール 이메일",
    "PHONE": """phone telephone tel mobile cell fax telefon handy teléfono telefono móvil téléphone mobilenumber msisdn whatsapp
        电话 手机 手机号 联系电话 電話 手機 전화 телефон""",
    "PLACE": """country city state region province zip zipcode postcode postal address street store shop branch warehouse market lat lon
        lng latitude longitude land ort stadt plz strasse filiale markt pays ville adresse magasin país ciudad dirección tienda calle
        werk plant salesorg site channel platform website ip url uri link referrer referer
        国家 城市 省份 省 市 地区 地址 门店 店铺 渠道 平台 國家 地區 門店 区域""",
    "REVIEW": "review reviews 评论 评价 評論",
    "OTHER": """brand marke marque marca currency curr währung devise moneda discount disc rabatt remise descuento coupon promo promotion
        voucher campaign tax taxes vat mwst tva iva fee gender sex age geschlecht alter sexe edad income occupation comment feedback body
        summary helpful vote picture image img thumbnail color colour size weight farbe grösse couleur taille talla language lang
        locale os
        version agent test impression propensity reordered stock inventory margin profit supplier vendor seller merchant salesperson
        employee staff clerk manager cashier operator lieferant fournisseur proveedor vendedor payer method tender shelf duration delta
        prior average avg mean compare tags freight fracht porto versandkosten notes percent percentage
        品牌 优惠 折扣 税 性别 年龄 内容 图片 颜色 尺寸 库存 利润 供应商 卖家 商家 币种 备注 方式 运费 店员 职业""",
    "REFUND": "refund refunded refunds returned",
    "BILL": "billing rechnungsadresse",
    "UNIT": "unit each single einzel stück unitaire unitario per",
    "NET": "net gross netto brutto nett",
    "INTERACT": """click clicked view viewed play played listen listened watch watched bought purchased ordered placed checkin added
        enrolled subscribed booked rented paid
        支付 付款 购买 下单 点击 浏览 成交 加购 消费 销售 观看 创建 发生 观影 播放 购物 kauf compra""",
    "FLUFF": """the of by and for in to from with my our hashed hash anonymised anonymized encrypted masked pseudo new old unique internal
        external raw original orig full current de la el los des du der die das den del di da global utc gmt local ms sec seconds millis
        web online app domain sql db dim fact tbl log musicbrainz mbid base ga ecommerce firebase token float a an is was real
        retail final
        actual 实际 pro str int string standard list billto bill sold eur gbp usd cny event_params 的 列 字段 原始 唯一 a b c f t x""",
}


def plain(text: str) -> str:
    """Lower case, full-width letters as usual ones, no accents: 'Stück' -> 'stuck', 'ＩＤ' -> 'id'."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    return unicodedata.normalize("NFC", "".join(letter for letter in decomposed if not "\u0300" <= letter <= "\u036f"))


def _ideas_by_word() -> Mapping[str, frozenset[str]]:
    """Plain word -> ideas; ü as ue and as u, and the plural where an s makes it."""
    found: dict[str, set[str]] = {}
    for idea, words in _IDEAS.items():
        for word in words.split():
            spellings = {plain(word), plain(word.replace("ü", "ue").replace("ö", "oe").replace("ä", "ae"))}
            plurals = {f"{each}s" for each in spellings if each.isascii() and len(each) > 3 and not each.endswith("s")}
            for each in spellings | plurals:
                found.setdefault(each, set()).add(idea)
    return MappingProxyType({word: frozenset(ideas) for word, ideas in found.items()})


IDEAS_OF = _ideas_by_word()
LONGEST_WORD = max(map(len, IDEAS_OF))
