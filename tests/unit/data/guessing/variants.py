"""Headers that logs really come under, what their columns hold, and the roles that they should get."""

from __future__ import annotations

# name -> its columns: header = what it holds (see made_logs) = its role, if it should get one
VARIANTS: dict[str, str] = {
    "UCI shop": """
        InvoiceNo = order = order_id; StockCode = code = item_id; Description = title = title; Quantity = quantity = quantity;
        InvoiceDate = month first = timestamp; UnitPrice = price = price; CustomerID = user = user_id; Country = country
    """,
    "UCI shop II": """
        Invoice = order = order_id; StockCode = code = item_id; Description = title = title; Quantity = quantity = quantity;
        InvoiceDate = minute = timestamp; Price = price = price; Customer ID = user = user_id; Country = country
    """,
    "Amazon reviews 2014": """
        reviewerID = hash user = user_id; asin = asin = item_id; reviewerName = person; helpful = helpful; reviewText = review
        text; overall = decimal stars = rating; summary = review title; unixReviewTime = epoch = timestamp; reviewTime =
        amazon date
    """,
    "Amazon reviews 2023": """
        rating = decimal stars = rating; title = review title; text = review text; images = same:[]; asin = asin = item_id;
        parent_asin = asin; user_id = hash user = user_id; timestamp = epoch ms = timestamp; helpful_vote = votes;
        verified_purchase = true
    """,
    "Retailrocket": """
        timestamp = epoch ms = timestamp; visitorid = user = user_id; event = kind = event; itemid = item = item_id;
        transactionid = order = order_id
    """,
    "Instacart": """
        order_id = order = order_id; user_id = user = user_id; eval_set = part; order_number = order of the shopper; order_dow
        = weekday; order_hour_of_day = hour; days_since_prior_order = votes; product_id = item = item_id; add_to_cart_order =
        line; reordered = yes; product_name = title = title; aisle_id = category id; department = category = category
    """,
    "H&M": """
        t_dat = date = timestamp; customer_id = hash user = user_id; article_id = item = item_id; price = tiny price = price;
        sales_channel_id = channel
    """,
    "Dunnhumby": """
        household_key = small user = user_id; BASKET_ID = order = order_id; DAY = day; PRODUCT_ID = item = item_id; QUANTITY =
        quantity = quantity; SALES_VALUE = cost = value; STORE_ID = store; RETAIL_DISC = discount; TRANS_TIME = clock number;
        WEEK_NO = store; COUPON_DISC = discount; COUPON_MATCH_DISC = same:0.00
    """,
    "Yoochoose": """
        Session ID = order = user_id; Timestamp = iso T = timestamp; Item ID = item = item_id; Category = category id =
        category
    """,
    "Diginetica": """
        sessionId = order = user_id; userId = user sometimes; itemId = item = item_id; timeframe = gap; eventdate = date =
        timestamp
    """,
    "Last.fm 1K": """
        userid = hash user = user_id; timestamp = iso T = timestamp; musicbrainz-artist-id = artist id; artist-name = artist;
        musicbrainz-track-id = gid = item_id; track-name = title = title
    """,
    "Last.fm plays": """
        userID = small user = user_id; artistID = small item = item_id; weight = plays
    """,
    "Steam": """
        user-id = user = user_id; game-title = title = item_id; behavior-name = play kind = event; value = hours = value
    """,
    "Steam playtimes": """
        steamid = user = user_id; appid = item = item_id; playtime_forever = plays = value
    """,
    "Goodreads": """
        user_id = hash user = user_id; book_id = item = item_id; review_id = review id; is_read = true; rating = stars =
        rating; review_text_incomplete = review text; date_added = twitter = timestamp; date_updated = twitter; read_at =
        twitter; started_at = twitter
    """,
    "MovieLens": """
        userId = small user = user_id; movieId = small item = item_id; rating = half stars = rating; timestamp = epoch =
        timestamp
    """,
    "RecBole": """
        user_id:token = small user = user_id; item_id:token = small item = item_id; rating:float = decimal stars = rating;
        timestamp:float = epoch = timestamp
    """,
    "Book-Crossing": """
        User-ID = user = user_id; ISBN = code = item_id; Book-Rating = stars of ten = rating
    """,
    "Yelp": """
        review_id = review id; user_id = hash user = user_id; business_id = gid = item_id; stars = decimal stars = rating;
        useful = votes; funny = votes; cool = votes; text = review text; date = iso = timestamp
    """,
    "Check-ins": """
        user = user = user_id; check-in time = iso T = timestamp; latitude = latitude; longitude = longitude; location id =
        item = item_id
    """,
    "Shopify": """
        Name = hash order = order_id; Email = e-mail = user_id; Financial Status = status; Paid at = zoned; Currency =
        same:GBP; Subtotal = order total; Shipping = order total; Taxes = order total; Total = order total; Discount Code =
        note; Created at = zoned = timestamp; Lineitem quantity = quantity = quantity; Lineitem name = title = title; Lineitem
        price = price = price; Lineitem compare at price = price; Lineitem sku = code = item_id; Lineitem requires shipping =
        true; Billing Name = person; Billing Street = note; Billing City = city; Shipping Name = person; Phone = phone; Vendor
        = brand; Id = order
    """,
    "WooCommerce": """
        Order Number = order = order_id; Order Status = status; Order Date = minute = timestamp; Customer Note = note; First
        Name (Billing) = first name; Last Name (Billing) = last name; Email (Billing) = e-mail = user_id; Phone (Billing) =
        phone; City (Billing) = city; Payment Method Title = same:Card; Order Total Amount = order total repeated; SKU = code
        = item_id; Item # = line; Item Name = title = title; Quantity (- Refund) = quantity = quantity; Item Cost = price =
        price; Coupon Code = note
    """,
    "Magento": """
        increment_id = order = order_id; created_at = iso = timestamp; customer_id = user = user_id; customer_email = e-mail;
        customer_firstname = first name; sku = code = item_id; name = title = title; qty_ordered = decimal quantity =
        quantity; price = price = price; row_total = cost = value; status = status
    """,
    "GA4": """
        event_date = compact date; event_timestamp = epoch us = timestamp; event_name = ga kind = event; user_pseudo_id = hash
        user = user_id; user_id = user sometimes; ga_session_id = order; item_id = code = item_id; item_name = title = title;
        item_category = category = category; price = price = price; quantity = quantity = quantity; country = country
    """,
    "Cosmetics shop": """
        event_time = iso UTC = timestamp; event_type = shop kind = event; product_id = item = item_id; category_id = category
        id; category_code = category = category; brand = brand; price = price = price; user_id = user = user_id; user_session
        = session
    """,
    "Olist": """
        order_id = session = order_id; order_item_id = line; product_id = gid = item_id; seller_id = store; customer_id =
        customer of the order; customer_unique_id = hash user = user_id; order_status = status; order_purchase_timestamp = iso
        = timestamp; order_delivered_customer_date = date; price = price = price; freight_value = discount; customer_city =
        city; review_score = stars = rating
    """,
    "Salesforce": """
        Opportunity ID = order = order_id; Account ID = user = user_id; Account Name = person; Product Code = code = item_id;
        Product Name = title = title; Quantity = decimal quantity = quantity; Sales Price = price = price; Total Price = cost
        = value; Close Date = month first = timestamp; Stage = status
    """,
    "SAP fields": """
        VBELN = order = order_id; POSNR = line; ERDAT = compact date = timestamp; KUNNR = user = user_id; MATNR = code =
        item_id; ARKTX = title = title; KWMENG = comma quantity = quantity; NETPR = comma price = price; NETWR = comma cost =
        value; WERKS = store
    """,
    "SAP in words": """
        Billing Document = order = order_id; Sold-to party = user = user_id; Material = code = item_id; Material Description =
        title = title; Billing Date = dotted = timestamp; Billed Quantity = quantity = quantity; Net Value = cost = value;
        Sales Organization = store; Document Currency = same:EUR
    """,
    "German shop": """
        Bestellnummer = order = order_id; Kunden-Nr. = user = user_id; Artikelnummer = code = item_id; Artikelbezeichnung =
        title = title; Warengruppe = category = category; Menge = quantity = quantity; Einzelpreis = comma price = price;
        Gesamtpreis = comma cost = value; Bestelldatum = dotted time = timestamp; Land = country
    """,
    "German till": """
        Bon-Nr = order = order_id; Kundenkarte = user = user_id; Artikel = title = item_id; Stk = quantity = quantity; Preis =
        euro price = price; Datum = dotted = timestamp; Uhrzeit = clock; Filiale = store
    """,
    "French shop": """
        N° commande = order = order_id; N° client = user = user_id; Référence = code; Réf. produit = code = item_id;
        Désignation = title = title; Quantité = quantity = quantity; Prix unitaire = comma price = price; Montant = comma cost
        = value; Date de commande = day first = timestamp; Pays = country
    """,
    "Spanish shop": """
        Número de pedido = order = order_id; Código cliente = user = user_id; Código artículo = code = item_id; Descripción =
        title = title; Cantidad = quantity = quantity; Precio unitario = comma price = price; Importe = comma cost = value;
        Fecha = day first = timestamp; País = country
    """,
    "Chinese shop": """
        用户ID = user = user_id; 商品编号 = code = item_id; 商品名称 = chinese title = title; 类目 = category = category; 行为类型 = chinese
        kind = event; 时间 = iso = timestamp
    """,
    "Chinese orders": """
        订单号 = order = order_id; 会员号 = user = user_id; 商品ID = item = item_id; 下单时间 = chinese date = timestamp; 数量 = quantity =
        quantity; 单价 = price = price; 金额 = cost = value; 收货人 = person; 手机号 = mobile; 省份 = city
    """,
    "Chinese reviews": """
        买家编号 = hash user = user_id; 宝贝编码 = item = item_id; 评分 = stars = rating; 评价内容 = review text; 评价时间 = iso = timestamp
    """,
    "Tianchi": """
        user_id = user = user_id; item_id = item = item_id; behavior_type = code kind = event; user_geohash = note;
        item_category = category id = category; time = iso = timestamp
    """,
    "Loyalty programme": """
        Loyalty card = user = user_id; Article name = title = item_id; Purchase date = named month = timestamp; Pieces =
        quantity = quantity; Amount paid (GBP) = cost = value; Branch = store
    """,
    "Abbreviations": """
        cust_no = user = user_id; prod_cd = code = item_id; prod_desc = title = title; txn_dt = date = timestamp; txn_id =
        order = order_id; qty = quantity = quantity; unit_prc = price = price; ext_amt = cost = value; st_no = store
    """,
    "Hashed visitors": """
        visitor id (hashed) = hash user = user_id; Product SKU = code = item_id; Action = kind = event; Event time (UTC) = iso
        T = timestamp; Page URL = url
    """,
    "Ratings only": """
        reader = person = user_id; book = title = item_id; score = stars of ten = rating
    """,
    "American till": """
        Member Number = user = user_id; itemDescription = title = item_id; Date = month first = timestamp
    """,
    "Excel days": """
        Customer = user = user_id; Product = code = item_id; Order date = excel days = timestamp; Sales = dollar cost = value
    """,
    "Row numbers": """
        id = row; user = user = user_id; item = item = item_id; date = date = timestamp
    """,
    "Courses": """
        student_id = user = user_id; course_code = code = item_id; course_title = title = title; enrolled_at = iso =
        timestamp; grade = stars = rating
    """,
    "Split by others": """
        uid = user = user_id; iid = item = item_id; fold = split = split
    """,
    "Sequence": """
        user = user = user_id; item = item = item_id; position = gap = seq
    """,
}


def columns_of(variant: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """(name, what it holds) of each column, and role -> name."""
    columns, roles = [], {}
    for line in " ".join(VARIANTS[variant].split()).split("; "):
        name, what, *role = line.split(" = ")
        columns.append((name, what))
        if role:
            roles[role[0]] = name
    return columns, roles
