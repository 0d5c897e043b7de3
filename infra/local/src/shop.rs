//! Simulated shops, which show attribution at work: the shops to which the seeded programs lead don't exist.
//!
//! A shop stores the `cref` of a visitor in a cookie. When a visitor buys something, its page identifies them without a
//! key, as the page of any shop would; and its server records the conversion with the brand's key. It shows both calls
//! and their results.

use askama::Template;
use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    gateway::Gateway,
    pages::{Answer, Pages, json_reply, not_found, status},
    seed::Seeded,
};

const COOKIE: &str = "shop_cref";

/// A product: its name and its price in minor units.
type Product = (&'static str, u32);

/// A brand's shop.
struct Shop {
    brand: &'static str,
    /// Its host, which includes all subdomains.
    domain: &'static str,
    /// The destination of its programs.
    front: &'static str,
    currency: &'static str,
    sign: &'static str,
    products: [Product; 3],
    /// A share link of the demo that leads here.
    link: &'static str,
}

const SHOPS: [Shop; 2] = [
    Shop {
        brand: "acme",
        domain: "acme.example",
        front: "shop.acme.example/spring",
        currency: "EUR",
        sign: "€",
        products: [("Tent for two", 12_900), ("Camping stove", 4_990), ("Enamel mug", 1_450)],
        link: "noor",
    },
    Shop {
        brand: "globex",
        domain: "globex.example",
        front: "shop.globex.example/welcome",
        currency: "USD",
        sign: "$",
        products: [("Desk lamp", 5_900), ("Drawing course", 18_000), ("Notebook", 1_200)],
        link: "noor",
    },
];

/// The page that lists all shops.
#[derive(Template)]
#[template(path = "shops.html")]
struct Shops {
    now: String,
    shops: Vec<Way>,
}

/// The links to a shop.
struct Way {
    name: String,
    /// A partner's share link, if the demo was seeded.
    link: Option<String>,
    front: String,
}

#[derive(Template)]
#[template(path = "shop.html")]
struct Inside<'a> {
    now: String,
    name: &'a str,
    brand: &'a str,
    /// The URL of the real shop that the visitor would be at.
    address: String,
    /// The `cref` that they brought, now or on an earlier visit.
    cref: Option<String>,
    brought_now: bool,
    products: Vec<(usize, &'static str, String)>,
    order: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Purchase {
    user_id: String,
    product: usize,
    order: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Customer {
    user_id: String,
}

/// A call of the shop's server, word for word.
#[derive(Serialize)]
struct Exchange {
    request: String,
    answer: String,
}

/// Redirects a visitor of `brand`'s shop to the simulated one instead.
pub(crate) fn lead_there(response: &mut Response<Bytes>, brand: &str) {
    let Some(shop) = SHOPS.iter().find(|shop| shop.brand == brand) else { return };
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    let Some(rest) = to.and_then(|to| to.strip_prefix("https://")) else { return };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let ours = host.strip_suffix(shop.domain).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    if let Ok(to) = HeaderValue::from_str(&format!("/_local/shop/{brand}/{rest}"))
        && ours
    {
        response.headers_mut().insert(header::LOCATION, to);
    }
}

impl Pages {
    /// Handles one request below `/_local/shop`; `path` is the path below that.
    pub(crate) async fn shop(
        &self,
        (method, path): (&Method, &str),
        request: &Request<Bytes>,
        gateway: &Gateway,
    ) -> Answer {
        let path = path.trim_start_matches('/');
        if path.is_empty() {
            return if method == Method::GET { self.shops() } else { Ok(not_found()) };
        }
        let (brand, rest) = path.split_once('/').unwrap_or((path, ""));
        let shop = SHOPS.iter().find(|shop| shop.brand == brand);
        let Some((shop, seeded)) = shop.zip(self.seed.brand(brand)) else { return Ok(not_found()) };
        match (method, rest) {
            (&Method::GET, _) => self.inside((shop, seeded), rest, request),
            (&Method::POST, "vouch") => match serde_json::from_slice(request.body()) {
                Ok(Customer { user_id }) => {
                    let hash = self.seed.user_hash(seeded, &user_id).await?;
                    Ok(json_reply(&json!({"userHash": hash})))
                }
                Err(error) => Ok(unreadable(&error)),
            },
            (&Method::POST, "buy") => match serde_json::from_slice(request.body()) {
                Ok(purchase) => buy((shop, seeded), purchase, gateway).await,
                Err(error) => Ok(unreadable(&error)),
            },
            _ => Ok(not_found()),
        }
    }

    fn shops(&self) -> Answer {
        let demo = self.seed.brands().len() > 1;
        let shops = SHOPS.iter().filter_map(|shop| {
            let name = self.seed.brand(shop.brand)?.name.clone();
            let link = demo.then(|| format!("{}/r/{}/{}", self.base_url, shop.brand, shop.link));
            Some(Way { name, link, front: format!("/_local/shop/{}/{}", shop.brand, shop.front) })
        });
        self.page(&Shops { now: self.now(), shops: shops.collect() })
    }

    fn inside(&self, (shop, seeded): (&Shop, &Seeded), rest: &str, request: &Request<Bytes>) -> Answer {
        let query = request.uri().query();
        let rest = if rest.is_empty() { shop.front } else { rest };
        let brought = query.and_then(|query| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == "cref").map(|(_, value)| value.into_owned())
        });
        let brought = brought.filter(|cref| is_word(cref));
        let kept = cookie(request).filter(|cref| is_word(cref));
        let query = query.map(|query| format!("?{query}")).unwrap_or_default();
        let price = |(number, (name, price)): (usize, &Product)| {
            (number, *name, format!("{}{}.{:02}", shop.sign, price / 100, price % 100))
        };
        let page = Inside {
            now: self.now(),
            name: &seeded.name,
            brand: shop.brand,
            address: format!("https://{rest}{query}"),
            cref: brought.clone().or(kept),
            brought_now: brought.is_some(),
            products: shop.products.iter().enumerate().map(price).collect(),
            order: format!("shop-{}", self.clock.now().as_microsecond()),
        };
        let mut response = self.page_with_script(&page)?;
        if let Some(cref) = brought {
            let kept =
                format!("{COOKIE}={cref}; Path=/_local/shop/{}; Max-Age=7776000; HttpOnly; SameSite=Lax", shop.brand);
            response.headers_mut().insert(header::SET_COOKIE, kept.parse()?);
        }
        Ok(response)
    }
}

/// Does what the shop's server does after a purchase: records the conversion, then reads the commission of the order.
async fn buy((shop, seeded): (&Shop, &Seeded), purchase: Purchase, gateway: &Gateway) -> Answer {
    let Some((_, price)) = shop.products.get(purchase.product) else { return Ok(not_found()) };
    let event = json!({
        "userId": purchase.user_id,
        "type": "purchase",
        "value": price,
        "currency": shop.currency,
        "externalEventId": purchase.order,
    });
    let below = format!("/api/t/{}", shop.brand);
    let (recorded, _) =
        call(gateway, seeded, (Method::POST, format!("{below}/attribution/events")), Some(&event)).await?;
    let (_, listed) = call(gateway, seeded, (Method::GET, format!("{below}/commissions?limit=200")), None).await?;
    let listed = listed.get("commissions").and_then(Value::as_array).into_iter().flatten();
    let order = Some(purchase.order.as_str());
    let of_order = listed.filter(|one| one.get("externalEventId").and_then(Value::as_str) == order);
    let mut booked = Vec::new();
    for one in of_order {
        let id = one.get("partnerId").and_then(Value::as_str).unwrap_or_default();
        let (_, partner) = call(gateway, seeded, (Method::GET, format!("{below}/partners/{id}")), None).await?;
        let minor = one.get("amount").and_then(Value::as_u64).unwrap_or_default();
        let currency = one.get("currency").and_then(Value::as_str).unwrap_or_default();
        booked.push(json!({
            "commission": one.get("id"),
            "amount": format!("{currency} {}.{:02}", minor / 100, minor % 100),
            "link": one.get("linkKey"),
            "partner": partner.get("name"),
            "page": format!("/t/{}/admin/partners/{id}", shop.brand),
        }));
    }
    Ok(json_reply(&json!({"told": recorded, "booked": booked})))
}

/// Makes one call with the brand's key, as a server does. Returns the request, the response, and the response's JSON.
async fn call(
    gateway: &Gateway,
    seeded: &Seeded,
    (method, path): (Method, String),
    body: Option<&Value>,
) -> Result<(Exchange, Value), Box<dyn std::error::Error + Send + Sync>> {
    let sent = body.map(|body| format!("{body:#}")).unwrap_or_default();
    let request = Request::builder()
        .method(&method)
        .uri(&path)
        .header(header::AUTHORIZATION, format!("Bearer {}", seeded.api_key))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Bytes::from(sent.clone()))?;
    let answer = gateway.call(&request).await;
    let json: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    let head = "Authorization: Bearer <the brand's API key>\nContent-Type: application/json";
    let exchange = Exchange {
        request: format!("{method} {path}\n{head}\n\n{sent}"),
        answer: format!("{}\n\n{json:#}", answer.status()),
    };
    Ok((exchange, json))
}

fn cookie(request: &Request<Bytes>) -> Option<String> {
    let lines = request.headers().get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split("; ")).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

/// Returns `true` if the text can be a click ID, as far as a shop can judge.
fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn unreadable(error: &serde_json::Error) -> Response<Bytes> {
    status(StatusCode::BAD_REQUEST, json_reply(&json!({"message": format!("The request can't be read: {error}.")})))
}
