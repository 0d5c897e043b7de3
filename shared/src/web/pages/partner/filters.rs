//! Filters of the roster. They are part of the URL, so that a filtered list can be bookmarked, shared and returned to.

use url::form_urlencoded::Serializer;

use crate::web::pages::ProgramChoice;

/// Filters of the roster. Empty means "any", which is also what the form sends.
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// Path of the roster: `/t/acme/admin/partners`.
    pub base: String,
    /// Beginning of a name or an email address, as it was typed.
    pub q: String,
    /// `invited`, `expired`, `declined`, `active` or `revoked`.
    pub state: String,
    /// Delivery status of the last email: `queued`, `sent`, `delivered`, `delayed`, `bounced`, `complained`, `failed`
    /// or `suppressed`.
    pub mail: String,
    /// ID of a program.
    pub program: String,
    /// Grant source: `admin`, `import` or `network`.
    pub source: String,
    /// All programs to filter by, including archived ones.
    pub programs: Vec<ProgramChoice>,
}

/// An active filter, with the URL of the same list without it.
#[derive(Clone, Debug)]
pub struct Chip {
    /// Name of the filter: "State".
    pub name: &'static str,
    /// Value of the filter: "Active".
    pub value: String,
    /// URL of the list without it.
    pub href: String,
}

/// A menu for one filter.
#[derive(Clone, Debug)]
pub struct Select {
    /// Name of the query parameter.
    pub name: &'static str,
    /// Label of the menu.
    pub label: &'static str,
    /// Label of the option that filters nothing.
    pub any: &'static str,
    /// Options of the menu.
    pub options: Vec<Choice>,
}

/// An option of a menu.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Value that is sent.
    pub value: String,
    /// Label that is shown.
    pub label: String,
    /// True if it is selected.
    pub chosen: bool,
}

const STATES: &[(&str, &str)] = &[
    ("invited", "Invited"),
    ("expired", "Invitation expired"),
    ("declined", "Declined"),
    ("active", "Active"),
    ("revoked", "Revoked"),
];

const MAILS: &[(&str, &str)] = &[
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("delayed", "Delayed"),
    ("bounced", "Bounced"),
    ("complained", "Spam complaint"),
    ("failed", "Failed"),
    ("suppressed", "Not sent"),
];

const SOURCES: &[(&str, &str)] = &[("admin", "Added by team"), ("import", "Via import"), ("network", "Via Network")];

impl Filters {
    /// True if any filter or search is active.
    pub fn any(&self) -> bool {
        self.parts().iter().any(|(_, value)| !value.is_empty())
    }

    /// Number of active filters besides the search, for the button that opens the filters.
    pub fn set(&self) -> usize {
        self.parts().iter().filter(|(name, value)| *name != "q" && !value.is_empty()).count()
    }

    /// URL of the filtered list, starting after `after`.
    pub fn address(&self, after: Option<&str>) -> String {
        self.without("", after)
    }

    /// Menus for the filters besides the search.
    pub fn selects(&self) -> [Select; 4] {
        let offers: Vec<_> = self.programs.iter().map(|program| (program.id.as_str(), program.name.as_str())).collect();
        [
            Select { name: "state", label: "Status", any: "Any status", options: choices(STATES, &self.state) },
            Select { name: "mail", label: "Last email", any: "Any", options: choices(MAILS, &self.mail) },
            Select { name: "program", label: "Program", any: "Any program", options: choices(&offers, &self.program) },
            Select { name: "source", label: "Source", any: "Any source", options: choices(SOURCES, &self.source) },
        ]
    }

    /// Active filters, to be shown and removed.
    pub fn chips(&self) -> Vec<Chip> {
        let chip = |name, key, value| Chip { name, value, href: self.without(key, None) };
        let search = (!self.q.is_empty()).then(|| chip("Search", "q", format!("“{}”", self.q)));
        let picked = self.selects().into_iter().filter_map(|select| {
            let value = select.options.into_iter().find(|option| option.chosen)?.label;
            Some(chip(select.label, select.name, value))
        });
        search.into_iter().chain(picked).collect()
    }

    /// Filters and their values, by the names of the form's fields.
    pub fn parts(&self) -> [(&'static str, &str); 5] {
        [
            ("q", &self.q),
            ("state", &self.state),
            ("mail", &self.mail),
            ("program", &self.program),
            ("source", &self.source),
        ]
    }

    fn without(&self, left_out: &str, after: Option<&str>) -> String {
        let mut query = Serializer::new(String::new());
        for (name, value) in self.parts().into_iter().chain([("after", after.unwrap_or_default())]) {
            if name != left_out && !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        match query.finish() {
            query if query.is_empty() => self.base.clone(),
            query => format!("{}?{query}", self.base),
        }
    }
}

fn choices(all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): &(&str, &str)| Choice {
        value: (*value).to_owned(),
        label: (*label).to_owned(),
        chosen: *value == chosen,
    };
    all.iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_taken_away_alone_and_paging_keeps_them_all() {
        let filters = Filters {
            base: "/t/acme/admin/partners".to_owned(),
            q: "ann & co".to_owned(),
            state: "active".to_owned(),
            ..Filters::default()
        };
        assert_eq!(filters.address(Some("ptn_1")), "/t/acme/admin/partners?q=ann+%26+co&state=active&after=ptn_1");
        let chips = filters.chips();
        let hrefs: Vec<_> = chips.iter().map(|chip| chip.href.as_str()).collect();
        assert_eq!(hrefs, ["/t/acme/admin/partners?state=active", "/t/acme/admin/partners?q=ann+%26+co"]);
        assert!(filters.any() && filters.set() == 1);
        assert_eq!(Filters { base: "/p".to_owned(), ..Filters::default() }.address(None), "/p");
    }
}
