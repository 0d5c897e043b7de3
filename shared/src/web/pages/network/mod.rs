//! The Network: the connection with it, the applications that wait there, and the telling of the roster.

use askama::Template;

use super::{Link, Person, Shell, Tab, Tone, Verdict, When};

/// The parts of the Network's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Connection,
    Requests,
    Backfill,
}

fn tabs(shell: &Shell, at: Part) -> Vec<Tab> {
    let tab = |part, label, path| Tab { label, href: format!("{}/network{path}", shell.base), current: part == at };
    vec![
        tab(Part::Connection, "Connection", ""),
        tab(Part::Requests, "Requests", "/requests"),
        tab(Part::Backfill, "Backfill", "/backfill"),
    ]
}

/// The connection with the Network, and what waits for an admin.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/network.html")]
pub struct NetworkPage {
    /// What surrounds it.
    pub shell: Shell,
    /// The approvals that wait for an admin's word, the last first.
    pub held: Vec<HeldApproval>,
    /// Whether there may be more of these.
    pub more_held: bool,
    /// The connection, if there is one.
    pub connection: Option<Connected>,
    /// Where the Network sends its webhooks.
    pub webhook_url: String,
    /// The partners of whom the Network could finally not be told.
    pub failures: Vec<FailedPush>,
    /// The last calls each way, newest first.
    pub calls: Vec<CallRow>,
}

impl NetworkPage {
    /// The ways to the other pages of the Network.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Connection)
    }
}

/// An approval that is held, since its partner is revoked. Its texts are the Network's.
#[derive(Clone, Debug)]
pub struct HeldApproval {
    /// What the Network calls it.
    pub id: String,
    /// Whom it is about.
    pub partner: Person,
    /// What they were approved for: "Spring, Creators".
    pub programs: String,
    /// What the Network's people say of it; may be empty.
    pub note: String,
    /// The key that they want for their link; may be empty.
    pub wanted: String,
    /// Whether they get a mail when it is accepted.
    pub by_mail: bool,
    /// Whether whoever had the address was erased, and nobody has it now.
    pub erased: bool,
    /// Whether they still are revoked.
    pub revoked: bool,
    /// When it came.
    pub when: When,
}

/// A connection.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Where the Network is reached.
    pub url: String,
    /// Since when it is connected.
    pub when: When,
    /// Who connected it: "Ada Byron".
    pub by: String,
    /// Since when it can't be reached; `None` if it can, as far as is known.
    pub down: Option<When>,
    /// What came of the last call then, in a sentence; may be empty.
    pub down_said: String,
    /// Whether it was reached and does not take the token.
    pub locked: bool,
    /// Until when the secret before the current one counts: "23 November 2026, 14:05 CET".
    pub secret_before_until: Option<String>,
    /// How many messages it sent of kinds that nobody knows: "3 messages".
    pub ignored: Option<String>,
}

/// Somebody of whom the Network could finally not be told.
#[derive(Clone, Debug)]
pub struct FailedPush {
    /// Who.
    pub partner: Person,
    /// Why, in a sentence.
    pub said: String,
    /// When it was given up.
    pub when: When,
}

/// A call between the Network and us.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// Whether it came from the Network.
    pub came_in: bool,
    /// What it was, in a few words.
    pub what: String,
    /// Whom it was about, if one partner.
    pub partner: Option<Person>,
    /// Whether it did what it was to do.
    pub good: bool,
    /// What was answered, in a sentence.
    pub said: String,
    /// When.
    pub when: When,
}

/// The applications that wait on the Network, and what was decided here.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/requests.html")]
pub struct RequestsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// What there is to decide on.
    pub waiting: Waiting,
    /// This page's own address, to be read again after a decision.
    pub here: String,
    /// What was decided here, the last first.
    pub decided: Vec<DecidedRow>,
    /// Whether the other half of a decision is still on its way, so that the page keeps asking.
    pub moves: bool,
}

impl RequestsPage {
    /// The ways to the other pages of the Network.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Requests)
    }
}

/// What there is to decide on.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// There is no connection with a Network.
    NotConnected,
    /// The Network didn't tell: why, in a sentence or two.
    NotTold(String),
    /// These wait.
    Told {
        /// They, in the order of the Network.
        rows: Vec<RequestRow>,
        /// How many more came with them, and are shown once some are decided: "650 more".
        more: Option<String>,
        /// How many could not be read: "3 applications".
        unread: Option<String>,
        /// The first part, when this isn't it.
        first: Option<String>,
        /// The next part.
        next: Option<String>,
    },
    /// Nobody asked: only what was decided is shown.
    NotAsked,
}

/// An application that waits. All of it was written by the creator or the Network.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// What the Network calls it.
    pub id: String,
    /// Who applies.
    pub creator: String,
    /// Their handle and address, as far as the Network tells them: "@nina · nina@example.com"; may be empty.
    pub known_as: String,
    /// What they apply for: the brand's program, or what the Network calls it; may be empty.
    pub offering: String,
    /// The key that they want for their link; may be empty.
    pub wanted: String,
    /// What they say of themselves; may be empty.
    pub bio: String,
    /// Why they should be taken; may be empty.
    pub pitch: String,
    /// Since when they wait.
    pub when: Option<When>,
}

/// What was decided on an application, and what came of it.
#[derive(Clone, Debug)]
pub struct DecidedRow {
    /// What kind of thing it is.
    pub tone: Tone,
    /// Whose application it was, as the page showed it.
    pub creator: String,
    /// What was decided: "Approved".
    pub verb: &'static str,
    /// By whom.
    pub by: String,
    /// When.
    pub when: When,
    /// What was said to the creator; may be empty.
    pub note: String,
    /// What the Network said: "the Network took it".
    pub network: String,
    /// What came of it here: "partner came in"; may be empty.
    pub came: &'static str,
    /// Where that is seen.
    pub seen: Option<Link>,
}

/// Where the telling of the roster begins, and the tellings so far.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/backfills.html")]
pub struct BackfillsPage {
    /// What surrounds it.
    pub shell: Shell,
    /// Whether there is a Network to tell.
    pub connected: bool,
    /// The states that partners can be in.
    pub states: Vec<BackfillTick>,
    /// The tellings so far, newest first.
    pub rows: Vec<BackfillRow>,
}

impl BackfillsPage {
    /// The ways to the other pages of the Network.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Backfill)
    }
}

/// A state whose partners can be told of.
#[derive(Clone, Debug)]
pub struct BackfillTick {
    /// The state as the API names it.
    pub state: &'static str,
    /// The word for it.
    pub label: &'static str,
    /// How many are to be told of, for the sum.
    pub count: u64,
    /// The same, to be read: "1,204 partners".
    pub counted: String,
}

/// One telling in the list.
#[derive(Clone, Debug)]
pub struct BackfillRow {
    /// Its id, which is the id of the row too.
    pub id: String,
    /// Whether it only looks.
    pub dry_run: bool,
    /// Where it stands.
    pub state: BackfillState,
    /// What it counted, in a few words: "38 told, 2 refused".
    pub summary: String,
    /// Who started it.
    pub by: String,
    /// When.
    pub when: When,
}

/// Where a telling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackfillState {
    /// It is under way.
    Running,
    /// It came to its end.
    Completed,
    /// It came to its end, and somebody was refused.
    Refused,
    /// It stopped.
    Failed,
}

impl BackfillState {
    /// The word for it.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Refused => "Completed, some refused",
            Self::Failed => "Stopped",
        }
    }

    /// The colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Running => "info",
            Self::Completed => "good",
            Self::Refused => "warn",
            Self::Failed => "bad",
        }
    }

    /// Whether it goes on by itself.
    pub fn moves(&self) -> bool {
        *self == Self::Running
    }
}

/// One telling, or a look at what would be told.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/backfill.html")]
pub struct BackfillPage {
    /// What surrounds it.
    pub shell: Shell,
    /// What the list tells of it.
    pub row: BackfillRow,
    /// How it goes, said once for those who hear the page.
    pub aloud: &'static str,
    /// What it comes to.
    pub verdict: Option<Verdict>,
    /// How many were looked at, told, and so on.
    pub counts: Vec<Counted>,
    /// By state, how the Network stands to partners.
    pub standings: Vec<StandingRow>,
    /// Whom the Network refused, at most 200.
    pub lines: Vec<RefusedLine>,
    /// How many there are in all, if that is more: "1,204".
    pub lines_in_all: Option<String>,
    /// What can follow a look.
    pub offer: Option<TellOffer>,
}

impl BackfillPage {
    /// The ways to the other pages of the Network.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Backfill)
    }

    /// This page's own address.
    pub fn here(&self) -> String {
        format!("{}/network/backfill?backfill={}", self.shell.base, self.row.id)
    }
}

/// So many.
#[derive(Clone, Debug)]
pub struct Counted {
    /// What was counted.
    pub label: &'static str,
    /// How many: "1,204".
    pub count: String,
}

/// The partners of one state, by how the Network stands to them.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// The word for the state.
    pub state: &'static str,
    /// It never heard of so many.
    pub new: String,
    /// It knows so many as they were.
    pub changed: String,
    /// It knows so many as they are.
    pub known: String,
}

/// Somebody whom the Network refused.
#[derive(Clone, Debug)]
pub struct RefusedLine {
    /// Who.
    pub partner: Person,
    /// Why, in a sentence.
    pub said: String,
}

/// What pressing *Tell the Network* does.
#[derive(Clone, Debug)]
pub struct TellOffer {
    /// How many it tells of: "1,204 partners".
    pub people: String,
    /// The states that it tells of.
    pub ticks: Vec<BackfillTick>,
    /// States that were looked at too, of which the Network knows everybody: whoever changes meanwhile is told of.
    pub settled: Vec<&'static str>,
    /// Who is left out by name, one id a line.
    pub left_out: String,
    /// How many that are: "2 partners".
    pub left_out_count: Option<String>,
}
