//! Pages of the Network: the connection, the applications waiting there, and backfills.

use askama::Template;

use super::{JobSummary, Layout, Link, Person, Tab, Tone, When};

/// The tabs of the Network's pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Connection,
    Requests,
    Backfill,
}

fn tabs(shell: &Layout, at: Part) -> Vec<Tab> {
    let tab = |part, label, path| Tab { label, href: format!("{}/network{path}", shell.base), current: part == at };
    vec![
        tab(Part::Connection, "Connection", ""),
        tab(Part::Requests, "Applications", "/requests"),
        tab(Part::Backfill, "Backfill", "/backfill"),
    ]
}

/// The connection to the Network, and what waits for an admin's decision.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/network.html")]
pub struct NetworkPage {
    /// Page layout.
    pub shell: Layout,
    /// Held approvals, which wait for an admin's decision, newest first.
    pub held: Vec<HeldApproval>,
    /// True if there may be more held approvals.
    pub more_held: bool,
    /// Connection, if there is one.
    pub connection: Option<Connected>,
    /// URL to which the Network sends its webhooks.
    pub webhook_url: String,
    /// Partners whose sync failed for good.
    pub failures: Vec<FailedPush>,
    /// Latest calls in both directions, newest first.
    pub calls: Vec<CallRow>,
}

impl NetworkPage {
    /// Tabs of the Network's pages.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Connection)
    }
}

/// An approval that is held because its partner is revoked or erased. Its texts come from the Network.
#[derive(Clone, Debug)]
pub struct HeldApproval {
    /// ID of the approval.
    pub id: String,
    /// Partner that it is about.
    pub partner: Person,
    /// Names of the approved programs: "Spring, Creators".
    pub programs: String,
    /// Note from the Network; may be empty.
    pub note: String,
    /// Link key that they prefer; may be empty.
    pub wanted: String,
    /// True if accepting it sends them an email.
    pub by_mail: bool,
    /// True if the person was erased and no partner has the email address now.
    pub erased: bool,
    /// True if they are still revoked.
    pub revoked: bool,
    /// Time at which it was received.
    pub when: When,
}

/// A connection to a Network.
#[derive(Clone, Debug)]
pub struct Connected {
    /// Base URL of the Network's API.
    pub url: String,
    /// Time at which it was connected.
    pub when: When,
    /// Name of the actor who connected it: "Ada Byron".
    pub by: String,
    /// Time since which it has been unavailable; `None` if it is available, as far as is known.
    pub down: Option<When>,
    /// Result of the latest failed call, in a sentence; may be empty.
    pub down_said: String,
    /// True if the Network was reached and rejects the token.
    pub locked: bool,
    /// Time until which the previous signing secret is valid: "23 November 2026, 14:05 CET".
    pub secret_before_until: Option<String>,
    /// Number of messages of unknown types that it sent: "3 messages".
    pub ignored: Option<String>,
}

/// A partner whose sync failed for good.
#[derive(Clone, Debug)]
pub struct FailedPush {
    /// Partner that it is about.
    pub partner: Person,
    /// Reason, in a sentence.
    pub said: String,
    /// Time at which it was given up.
    pub when: When,
}

/// A call between the Network and us.
#[derive(Clone, Debug)]
pub struct CallRow {
    /// True if the Network called us.
    pub came_in: bool,
    /// Purpose of the call, in a few words.
    pub what: String,
    /// Partner that it was about, if it was about one.
    pub partner: Option<Person>,
    /// True if it succeeded.
    pub good: bool,
    /// Response, in a sentence.
    pub said: String,
    /// Time at which it happened.
    pub when: When,
}

/// Applications waiting on the Network, and decisions made here.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/requests.html")]
pub struct RequestsPage {
    /// Page layout.
    pub shell: Layout,
    /// Applications to decide on.
    pub waiting: Waiting,
    /// URL of this page, to reload it after a decision.
    pub here: String,
    /// Decisions made here, newest first.
    pub decided: Vec<DecidedRow>,
    /// True if the confirmation of a decision is still expected, so that the page polls.
    pub moves: bool,
}

impl RequestsPage {
    /// Tabs of the Network's pages.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Requests)
    }
}

/// Applications to decide on.
#[derive(Clone, Debug)]
pub enum Waiting {
    /// There is no connection to a Network.
    NotConnected,
    /// The Network didn't return them: the reason, in a sentence or two.
    NotTold(String),
    /// The Network returned these.
    Told {
        /// Applications, in the Network's order.
        rows: Vec<RequestRow>,
        /// Number of further applications that were returned, which are shown once some are decided: "650 more".
        more: Option<String>,
        /// Number of applications that could not be read: "3 applications".
        unread: Option<String>,
        /// URL of the first page, unless this is it.
        first: Option<String>,
        /// URL of the next page.
        next: Option<String>,
    },
    /// Not requested: only past decisions are shown.
    NotAsked,
}

/// A waiting application. All of its texts were written by the creator or the Network.
#[derive(Clone, Debug)]
pub struct RequestRow {
    /// ID of the application on the Network.
    pub id: String,
    /// Name of the creator.
    pub creator: String,
    /// Handle and email address of the creator, as far as the Network returns them: "@nina · nina@example.com"; may be
    /// empty.
    pub known_as: String,
    /// Offering that they apply to: the brand's program, or the Network's name for it; may be empty.
    pub offering: String,
    /// Link key that they prefer; may be empty.
    pub wanted: String,
    /// Their description of themselves; may be empty.
    pub bio: String,
    /// Their reasons for applying; may be empty.
    pub pitch: String,
    /// Time of the application.
    pub when: Option<When>,
}

/// A decision on an application, and its outcome.
#[derive(Clone, Debug)]
pub struct DecidedRow {
    /// Tone of the entry.
    pub tone: Tone,
    /// Name of the creator, as the page showed it.
    pub creator: String,
    /// Decision: "Approved".
    pub verb: &'static str,
    /// Name of the actor who decided.
    pub by: String,
    /// Time at which it was decided.
    pub when: When,
    /// Note to the creator; may be empty.
    pub note: String,
    /// Response of the Network: "the Network took it".
    pub network: String,
    /// Outcome here: "partner came in"; may be empty.
    pub came: &'static str,
    /// Link to the outcome.
    pub seen: Option<Link>,
}

/// The form that starts a backfill, and the backfills so far.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/backfills.html")]
pub struct BackfillsPage {
    /// Page layout.
    pub shell: Layout,
    /// True if a Network is connected.
    pub connected: bool,
    /// Statuses that partners can have.
    pub states: Vec<BackfillTick>,
    /// Backfills so far, newest first.
    pub rows: Vec<BackfillRow>,
}

impl BackfillsPage {
    /// Tabs of the Network's pages.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Backfill)
    }
}

/// A status whose partners can be synced.
#[derive(Clone, Debug)]
pub struct BackfillTick {
    /// Status, as spelled in the API.
    pub state: &'static str,
    /// Label of the status.
    pub label: &'static str,
    /// Number of partners to sync, for the total.
    pub count: u64,
    /// The same for display: "1,204 partners".
    pub counted: String,
}

/// A backfill in the list.
#[derive(Clone, Debug)]
pub struct BackfillRow {
    /// ID of the backfill, which is also the ID of its row.
    pub id: String,
    /// True for a dry run, which sends nothing.
    pub dry_run: bool,
    /// Status of the backfill.
    pub state: BackfillState,
    /// Counts, in a few words: "38 synced, 2 rejected".
    pub summary: String,
    /// Name of the actor who started it.
    pub by: String,
    /// Time at which it was started.
    pub when: When,
}

/// Status of a backfill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackfillState {
    /// In progress.
    Running,
    /// Complete.
    Completed,
    /// Complete, and the Network rejected some partners.
    Refused,
    /// Stopped before its end.
    Failed,
}

impl BackfillState {
    /// Label of the status.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Running => "Running",
            Self::Completed => "Completed",
            Self::Refused => "Completed with errors",
            Self::Failed => "Stopped",
        }
    }

    /// Colour of the badge.
    pub fn tone(&self) -> &'static str {
        match self {
            Self::Running => "info",
            Self::Completed => "good",
            Self::Refused => "warn",
            Self::Failed => "bad",
        }
    }

    /// True if it continues by itself.
    pub fn moves(&self) -> bool {
        *self == Self::Running
    }
}

/// A backfill or a dry run of one.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/network/backfill.html")]
pub struct BackfillPage {
    /// Page layout.
    pub shell: Layout,
    /// Row of the backfill, as in the list.
    pub row: BackfillRow,
    /// Progress, announced once by screen readers.
    pub aloud: &'static str,
    /// Result, in a sentence or two.
    pub verdict: Option<JobSummary>,
    /// Numbers of partners that were checked, synced, and so on.
    pub counts: Vec<Counted>,
    /// Numbers of partners by status and by what the Network knows of them.
    pub standings: Vec<StandingRow>,
    /// Partners that the Network rejected, at most 200.
    pub lines: Vec<RefusedLine>,
    /// Total number of rejected partners, if it is larger: "1,204".
    pub lines_in_all: Option<String>,
    /// Backfill that can follow a dry run.
    pub offer: Option<TellOffer>,
}

impl BackfillPage {
    /// Tabs of the Network's pages.
    pub fn tabs(&self) -> Vec<Tab> {
        tabs(&self.shell, Part::Backfill)
    }

    /// URL of this page.
    pub fn here(&self) -> String {
        format!("{}/network/backfill?backfill={}", self.shell.base, self.row.id)
    }
}

/// A number with its label.
#[derive(Clone, Debug)]
pub struct Counted {
    /// Label of the number.
    pub label: &'static str,
    /// Number: "1,204".
    pub count: String,
}

/// Partners with one status, by what the Network knows of them.
#[derive(Clone, Debug)]
pub struct StandingRow {
    /// Label of the status.
    pub state: &'static str,
    /// Number of partners that are new to the Network.
    pub new: String,
    /// Number of partners that the Network knows in an earlier state.
    pub changed: String,
    /// Number of partners that the Network knows in their current state.
    pub known: String,
}

/// A partner that the Network rejected.
#[derive(Clone, Debug)]
pub struct RefusedLine {
    /// Partner who was rejected.
    pub partner: Person,
    /// Reason, in a sentence.
    pub said: String,
}

/// The backfill that the button *Sync* starts after a dry run.
#[derive(Clone, Debug)]
pub struct TellOffer {
    /// Number of partners to sync: "1,204 partners".
    pub people: String,
    /// Statuses of the partners to sync.
    pub ticks: Vec<BackfillTick>,
    /// Statuses that were checked too, whose partners the Network already knows in their current state. They are part
    /// of the backfill, so that partners who change in the meantime are synced.
    pub settled: Vec<&'static str>,
    /// IDs of the partners that are left out by name, one per line.
    pub left_out: String,
    /// Number of these: "2 partners".
    pub left_out_count: Option<String>,
}
