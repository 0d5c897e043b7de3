//! The steps of the demo.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{
    Act, Cast, Deed, Stage, Step, Way, dice,
    people::Person,
    stage::{Caller, Cookies},
};
use crate::seed::{SeedError, Seeded};

type Result<T> = std::result::Result<T, SeedError>;

/// The time that the brand waits before it pays, as customers may return goods.
const HELD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A brand while the demo is seeded.
pub(super) struct Brand {
    stage: Stage,
    cast: &'static Cast,
    seeded: Seeded,
    /// The IDs of its programs, in the order of the numbers in the script.
    programs: Vec<String>,
    known: Mutex<Known>,
}

/// Results of earlier steps.
#[derive(Default)]
struct Known {
    ids: BTreeMap<usize, String>,
    /// Email addresses that were corrected.
    emails: BTreeMap<usize, String>,
    browsers: BTreeMap<usize, Cookies>,
    admin: Option<Cookies>,
}

impl Brand {
    pub(super) async fn new(stage: Stage, cast: &'static Cast, seeded: Seeded) -> Result<Self> {
        let listed = (Method::GET, format!("/api/t/{}/programs", cast.slug));
        let listed = stage.api(&Caller::Key(seeded.api_key.clone()), listed, Value::Null).await?;
        let listed = listed.get("programs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let named = |name: &&str| listed.iter().find(|program| text(program, "name") == *name);
        let programs = cast.programs.iter().filter_map(named).map(|program| text(program, "id")).collect();
        Ok(Self { stage, cast, seeded, programs, known: Mutex::default() })
    }

    /// Sets the brand's branding.
    pub(super) async fn dress(&self) -> Result<()> {
        let cookies = self.stage.sign_in(&self.stage.seed.admin_link(&self.seeded).await?).await?;
        let path = format!("/api/t/{}/settings", self.cast.slug);
        self.stage.put(&cookies, format!("{path}/logo"), self.cast.logo).await?;
        let [accent, sender, footer] = self.cast.face;
        let face = json!({"accent": accent, "senderName": sender, "footer": footer});
        self.stage.api(&Caller::Session(cookies), (Method::PATCH, path), face).await.map(|_| ())
    }

    /// Signs in the admin if any of `steps` is theirs: a session doesn't last until their next step.
    pub(super) async fn admin_comes(&self, steps: &[Step]) -> Result<()> {
        if steps.iter().any(|step| self.is_the_admins(step)) {
            let link = self.stage.seed.admin_link(&self.seeded).await?;
            let cookies = self.stage.sign_in(&link).await?;
            self.known().admin = Some(cookies);
        }
        Ok(())
    }

    fn is_the_admins(&self, step: &Step) -> bool {
        match step {
            Step::Comes(who) => self.is_invited_by_admin(*who),
            Step::Act(who, Act::Shares(..)) => !self.known().browsers.contains_key(who),
            Step::Act(_, Act::Joins | Act::SignsIn | Act::Declines) | Step::Visits { .. } => false,
            Step::Act(..) | Step::Deed(_) => true,
        }
    }

    /// Returns `true` if the admin invites this person. The others are invited through the API by a system of the
    /// brand.
    fn is_invited_by_admin(&self, who: usize) -> bool {
        let person = self.cast.people.get(who);
        person.is_some_and(|person| {
            person.way == Way::TakenBack || person.way != Way::Network && person.came.is_multiple_of(3)
        })
    }

    pub(super) async fn take(&self, step: Step) -> Result<()> {
        match step {
            Step::Comes(who) => self.bring_in(who).await,
            Step::Act(who, act) => self.act(who, act).await,
            Step::Visits { who, key, visitors, order } => self.visits((who, key), visitors, order).await,
            Step::Deed(deed) => self.deed(deed).await,
        }
    }

    async fn bring_in(&self, who: usize) -> Result<()> {
        let person = self.person(who)?;
        let mut body = json!({"name": person.name, "email": person.email});
        if let Value::Object(body) = &mut body {
            let at_once = matches!(person.way, Way::AtOnce | Way::Network);
            body.insert("sendInvite".to_owned(), json!(!at_once));
            if let Some(programs) = person.programs {
                body.insert("programIds".to_owned(), json!(self.ids_of(programs)));
            }
            if person.way == Way::Network {
                body.insert("campaignGrantSource".to_owned(), json!("offering"));
                body.insert("metadata".to_owned(), json!({"source": "network"}));
            }
        }
        let caller = if self.is_invited_by_admin(who) { self.admin() } else { self.key() };
        let taken_back = person.way == Way::TakenBack;
        if taken_back {
            self.stage.sources.pause();
        }
        let partner = self.stage.api(&caller, (Method::POST, self.path("/partners")), body).await;
        let partner = partner.map(|partner| text(&partner, "id"));
        if let Ok(id) = &partner {
            self.known().ids.insert(who, id.clone());
        }
        let done = match partner {
            Ok(_) if taken_back => self.act(who, Act::Revoked("", false)).await,
            other => other.map(drop),
        };
        self.stage.sources.resume();
        done
    }

    async fn act(&self, who: usize, act: Act) -> Result<()> {
        let person = self.person(who)?;
        let own = |what: &str| self.path(&format!("/partners/{}{what}", self.id(who)));
        let (method, path, body) = match act {
            Act::Joins => return self.signs_in(who, person).await,
            Act::SignsIn => {
                self.stage.ask_for_link(self.cast.slug, &self.email(who, person)).await?;
                self.stage.settled().await?;
                return self.signs_in(who, person).await;
            }
            Act::Declines => return self.stage.decline(&self.email(who, person)).await,
            Act::Shares(key, program) => return self.shares(who, key, program).await,
            Act::InvitedAgain => (Method::POST, own("/invite"), json!({})),
            Act::SentLink => (Method::POST, own("/sign-in-link"), json!({})),
            Act::Corrected(email) => {
                self.known().emails.insert(who, email.to_owned());
                (Method::PUT, own("/email"), json!({"email": email}))
            }
            Act::Renamed(name) => (Method::PATCH, own(""), json!({"name": name})),
            Act::Given(programs) => {
                let now = self.stage.api(&self.key(), (Method::GET, own("")), Value::Null).await?;
                let body = json!({"programIds": self.ids_of(programs), "grantsVersion": now.get("grantsVersion")});
                (Method::PUT, own("/programs"), body)
            }
            Act::Revoked(reason, notify) => (Method::POST, own("/revoke"), json!({"reason": reason, "notify": notify})),
            Act::Reinstated => (Method::POST, own("/reinstate"), Value::Null),
        };
        self.stage.api(&self.admin(), (method, path), body).await.map(drop)
    }

    async fn signs_in(&self, who: usize, person: &Person) -> Result<()> {
        let link = self.stage.link_to(&self.email(who, person))?;
        let cookies = self.stage.sign_in(&link).await?;
        self.known().browsers.insert(who, cookies);
        Ok(())
    }

    /// Creates a share link. Partners who signed in create theirs themselves; the admin does so for the others.
    async fn shares(&self, who: usize, key: &str, program: usize) -> Result<()> {
        let body = json!({"linkKey": key, "programId": self.programs.get(program)});
        let browser = self.known().browsers.get(&who).cloned();
        let (caller, path) = match browser {
            Some(cookies) => (Caller::Session(cookies), self.path("/links")),
            None => (self.admin(), self.path(&format!("/partners/{}/links", self.id(who)))),
        };
        self.stage.api(&caller, (Method::POST, path), body).await.map(drop)
    }

    async fn visits(&self, (who, key): (usize, &str), visitors: u64, order: Option<u64>) -> Result<()> {
        let chance = dice(order.unwrap_or_default(), u64::try_from(who).unwrap_or_default());
        let mut clicks = Vec::new();
        for visitor in 0..visitors {
            let ip = format!("203.0.113.{}", (chance + visitor) % 250);
            clicks.extend(self.stage.follow(self.cast.slug, key, ip).await?);
        }
        let (Some(click), Some(order)) = (clicks.first(), order) else { return Ok(()) };
        let pick = |among: &[i64]| -> Option<i64> {
            let at = chance.checked_rem(u64::try_from(among.len()).ok()?)?;
            among.get(usize::try_from(at).ok()?).copied()
        };
        let [usual, other] = self.cast.currencies;
        let mut event = json!({
            "type": "purchase",
            "value": pick(self.cast.prices),
            "currency": if chance.is_multiple_of(6) { other } else { usual },
            "externalEventId": format!("order-{order}"),
        });
        // Some customers are signed in at the shop.
        let who = if order.is_multiple_of(4) {
            let user = format!("customer-{}", chance % 400);
            let identify = json!({"userId": user, "clickId": click});
            self.stage.api(&self.key(), (Method::POST, self.path("/attribution/identify")), identify).await?;
            ("userId", user)
        } else {
            ("clickId", click.clone())
        };
        if let Value::Object(event) = &mut event {
            event.insert(who.0.to_owned(), json!(who.1));
        }
        self.stage.api(&self.key(), (Method::POST, self.path("/attribution/events")), event).await.map(drop)
    }

    async fn deed(&self, deed: Deed) -> Result<()> {
        if let Deed::Archives(program) = deed {
            let id = self.programs.get(program).map(String::as_str).unwrap_or_default();
            let path = self.path(&format!("/programs/{id}"));
            return self.stage.api(&self.admin(), (Method::PATCH, path), json!({"archived": true})).await.map(drop);
        }
        let open = self.path("/commissions?state=accrued&limit=200");
        let listed = self.stage.api(&self.key(), (Method::GET, open), Value::Null).await?;
        let open = listed.get("commissions").and_then(Value::as_array).into_iter().flatten();
        let until = self.stage.clock.now() - HELD;
        let is_due = |one: &&Value| text(one, "createdAt").parse::<Timestamp>().is_ok_and(|at| at < until);
        let (settled, how): (Vec<&Value>, _) = match deed {
            Deed::Pays => (open.filter(is_due).collect(), "paid"),
            Deed::Refunds | Deed::Archives(_) => (open.take(1).collect(), "reverse"),
        };
        for one in settled {
            let path = self.path(&format!("/commissions/{}/{how}", text(one, "id")));
            self.stage.api(&self.admin(), (Method::POST, path), Value::Null).await?;
        }
        Ok(())
    }

    fn person(&self, who: usize) -> Result<&'static Person> {
        self.cast.people.get(who).ok_or_else(|| SeedError::Story("no one has this role".to_owned()))
    }

    fn id(&self, who: usize) -> String {
        self.known().ids.get(&who).cloned().unwrap_or_default()
    }

    fn email(&self, who: usize, person: &Person) -> String {
        self.known().emails.get(&who).cloned().unwrap_or_else(|| person.email.to_owned())
    }

    fn ids_of(&self, programs: &[usize]) -> Vec<&String> {
        programs.iter().filter_map(|program| self.programs.get(*program)).collect()
    }

    fn path(&self, below: &str) -> String {
        format!("/api/t/{}{below}", self.cast.slug)
    }

    fn key(&self) -> Caller {
        Caller::Key(self.seeded.api_key.clone())
    }

    fn admin(&self) -> Caller {
        self.known().admin.clone().map_or_else(|| self.key(), Caller::Session)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
