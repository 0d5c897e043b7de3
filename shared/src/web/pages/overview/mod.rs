//! The overview: what needs attention, the invitation funnel, and dropped attribution.

use askama::Template;

use super::{Layout, Link, Tone, When};

/// The first page of the admins' portal.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/overview/overview.html")]
pub struct Overview {
    /// Page layout.
    pub shell: Layout,
    /// First steps, for a brand without partners.
    pub guide: Option<Guide>,
    /// Items that need attention, most urgent first.
    pub needs: Vec<ActionItem>,
    /// Invitation funnel.
    pub funnel: FunnelPart,
    /// Dropped attribution of the last days.
    pub dropped: DroppedSums,
}

/// The first steps of a brand.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    /// True if there is an active program.
    pub has_program: bool,
}

/// An item that needs attention.
#[derive(Clone, Debug)]
pub struct ActionItem {
    /// Severity.
    pub tone: Tone,
    /// Problem: "2 addresses bounced".
    pub what: String,
    /// Explanation, or what can be done.
    pub why: String,
    /// Link to the affected items.
    pub link: Link,
}

/// The part of the page that is reloaded while the numbers are computed.
#[derive(Clone, Debug)]
pub struct FunnelPart {
    /// True if the numbers shown are stale, so that new ones are requested.
    pub stale: bool,
    /// Numbers, if they were ever computed.
    pub numbers: Option<Numbers>,
}

/// The numbers of the invitation funnel.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// Time at which they were computed.
    pub as_of: When,
    /// The same as a time of day: "14:05".
    pub clock: String,
    /// All partners invited in these weeks.
    pub total: Cohort,
    /// Weeks, oldest first.
    pub weeks: Vec<Cohort>,
    /// Imports, newest first.
    pub imports: Vec<Cohort>,
}

impl Numbers {
    /// Width of the drawing of the weeks.
    pub fn width(&self) -> usize {
        self.weeks.len() * 70
    }

    /// Weeks in which partners were invited, newest first.
    pub fn lively(&self) -> Vec<&Cohort> {
        self.weeks.iter().rev().filter(|week| !week.is_empty()).collect()
    }
}

/// Partners invited in the same week or by the same import, and how far they have progressed.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Name: "Week of 16 November", or the name of a file.
    pub name: String,
    /// URL of a page about it; `None` if there is none.
    pub href: Option<String>,
    /// Number of partners invited: "1,250".
    pub invited: String,
    /// Stages, in their order.
    pub stages: Vec<StageBar>,
}

impl Cohort {
    /// True if no one was invited.
    pub fn is_empty(&self) -> bool {
        self.invited == "0"
    }

    /// Text alternative of the drawing.
    pub fn in_words(&self) -> String {
        let stages = self.stages.iter().map(|stage| format!("{} {}", stage.count, stage.label.to_lowercase()));
        format!("{}: {} invited, {}", self.name, self.invited, stages.collect::<Vec<_>>().join(", "))
    }
}

/// The number of partners who reached at least this stage.
#[derive(Clone, Debug)]
pub struct StageBar {
    /// Label of the stage: "Signed in".
    pub label: &'static str,
    /// Number of partners: "1,250".
    pub count: String,
    /// Percentage of the partners invited.
    pub share: u64,
    /// Height of the bar, from 0 to 100.
    pub height: u64,
}

impl StageBar {
    /// Vertical position of the bar's upper edge.
    pub fn top(&self) -> u64 {
        100 - self.height.min(100)
    }
}

/// Dropped attribution of the last days.
#[derive(Clone, Debug)]
pub struct DroppedSums {
    /// Number of days: 30.
    pub days: i64,
    /// Reason and count: "Clicks, partner revoked", "12".
    pub counts: Vec<(&'static str, String)>,
    /// True if anything was dropped.
    pub any: bool,
}
