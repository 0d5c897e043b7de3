//! The overview: what needs an admin, how far invitations lead, and what was not counted.

use askama::Template;

use super::{Link, Shell, Tone, When};

/// The admins' first page.
#[derive(Clone, Debug, Template)]
#[template(path = "web/pages/overview/overview.html")]
pub struct Overview {
    /// What surrounds it.
    pub shell: Shell,
    /// What a brand with no partners does first.
    pub guide: Option<Guide>,
    /// What needs somebody, the most urgent first.
    pub needs: Vec<Need>,
    /// How far invitations led.
    pub funnel: FunnelPart,
    /// What was not counted lately.
    pub dropped: DroppedSums,
}

/// The first steps of a brand, each with whether it is taken.
#[derive(Clone, Copy, Debug)]
pub struct Guide {
    /// Whether a program is open.
    pub has_program: bool,
}

/// Something that needs somebody.
#[derive(Clone, Debug)]
pub struct Need {
    /// How bad it is.
    pub tone: Tone,
    /// What it is: "2 addresses bounced".
    pub what: String,
    /// What it means, or what can be done.
    pub why: String,
    /// Where just those are.
    pub link: Link,
}

/// The part of the page that is read again while numbers are being added up.
#[derive(Clone, Debug)]
pub struct FunnelPart {
    /// Whether what is shown is old, so that new numbers are asked for.
    pub stale: bool,
    /// The numbers, if there ever were any.
    pub numbers: Option<Numbers>,
}

/// How far invitations led.
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The moment that they are of.
    pub as_of: When,
    /// The same as a clock shows it: "14:05".
    pub clock: String,
    /// Everybody who was invited in these weeks.
    pub total: Cohort,
    /// The weeks, oldest first.
    pub weeks: Vec<Cohort>,
    /// Imports, newest first.
    pub imports: Vec<Cohort>,
}

impl Numbers {
    /// How wide the drawing of the weeks is.
    pub fn width(&self) -> usize {
        self.weeks.len() * 70
    }

    /// The weeks in which somebody was invited, newest first.
    pub fn lively(&self) -> Vec<&Cohort> {
        self.weeks.iter().rev().filter(|week| !week.is_empty()).collect()
    }
}

/// People who were invited together, and how far they came.
#[derive(Clone, Debug)]
pub struct Cohort {
    /// Who: "Week of 16 November", or the name of a file.
    pub name: String,
    /// Where more about it is; nothing is where there is no page.
    pub href: Option<String>,
    /// How many were invited: "1,250".
    pub invited: String,
    /// The stages, in their order.
    pub stages: Vec<StageBar>,
}

impl Cohort {
    /// Whether nobody was invited.
    pub fn is_empty(&self) -> bool {
        self.invited == "0"
    }

    /// All of it in a few words.
    pub fn in_words(&self) -> String {
        let stages = self.stages.iter().map(|stage| format!("{} {}", stage.count, stage.label.to_lowercase()));
        format!("{}: {} invited, {}", self.name, self.invited, stages.collect::<Vec<_>>().join(", "))
    }
}

/// How many came at least so far.
#[derive(Clone, Debug)]
pub struct StageBar {
    /// How far: "Signed in".
    pub label: &'static str,
    /// How many: "1,250".
    pub count: String,
    /// How many of a hundred who were invited.
    pub share: u64,
    /// How high the bar is, of a hundred.
    pub height: u64,
}

impl StageBar {
    /// Where the bar begins, from above.
    pub fn top(&self) -> u64 {
        100 - self.height.min(100)
    }
}

/// What was not counted in the last days.
#[derive(Clone, Debug)]
pub struct DroppedSums {
    /// How many days: 30.
    pub days: i64,
    /// What it was, and how often: "Clicks on links of revoked partners", "12".
    pub counts: Vec<(&'static str, String)>,
    /// Whether there was anything.
    pub any: bool,
}
