//! Lists: how many, and from where on.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    domain::{
        GrantSource, Invalid, MailState, PartnerFilter, PartnerId, PartnerState, PartnersWanted, ProgramId, StateFilter,
    },
    error::{InvalidField, Result},
    secret::Hash,
    store::PartnerQuery,
    web::Request,
};

/// How many a list answers, if nothing is said.
pub const LIMIT_DEFAULT: usize = 100;
/// How many a list answers at the most.
pub const LIMIT_MAX: usize = 200;

/// No name and no address is longer, so nothing begins with more.
const SEARCH_CHARS_MAX: usize = 254;

/// A sort key of DynamoDB has at most 1,024 bytes, and a page begins one byte after its place.
const PLACE_BYTES_MAX: usize = 1_023;

/// The words by which partners are chosen: the same in the query of a list and in the body of an export.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerWords {
    /// Only partners in this state.
    #[schemars(with = "Option<StateFilter>")]
    state: Option<String>,
    /// Only partners whose last mail got this far.
    #[schemars(with = "Option<MailState>")]
    mail: Option<String>,
    /// Only partners who may create links for this program.
    #[schemars(with = "Option<ProgramId>")]
    program: Option<String>,
    /// Only partners with a grant that came from there.
    #[schemars(with = "Option<GrantSource>")]
    source: Option<String>,
    /// Only partners whose name or address begins like this, in the order of that.
    q: Option<String>,
}

impl PartnerWords {
    /// Whom they choose. An empty word is none.
    ///
    /// # Errors
    /// `invalid_value`, `invalid_id`.
    pub fn read(&self) -> Result<PartnersWanted> {
        let states = PartnerState::ALL.map(|state| (state.as_str(), StateFilter::Is(state)));
        let states: Vec<_> = states.into_iter().chain([("expired", StateFilter::Ended)]).collect();
        let program = self.program.as_deref().filter(|text| !text.is_empty()).map(ProgramId::parse).transpose();
        let filter = PartnerFilter {
            state: one_of("state", self.state.as_deref(), &states)?,
            mail: one_of("mail", self.mail.as_deref(), &MailState::ALL.map(|state| (state.as_str(), state)))?,
            program: program.map_err(|invalid| InvalidField::at("program", invalid))?,
            source: one_of("source", self.source.as_deref(), &GrantSource::ALL.map(|it| (it.as_str(), it)))?,
        };
        let search = self.q.as_deref().map(searched).filter(|text| !text.is_empty());
        if search.as_ref().is_some_and(|text| text.chars().count() > SEARCH_CHARS_MAX) {
            return Err(refused("q", "A search has at most 254 characters."));
        }
        Ok(PartnersWanted { search, filter })
    }
}

impl Request {
    /// How many to list: the parameter `limit`.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn limit(&self) -> Result<usize> {
        match self.query("limit").map(str::parse::<usize>) {
            None => Ok(LIMIT_DEFAULT),
            Some(Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
            Some(_) => Err(refused("limit", "A limit lies between 1 and 200.")),
        }
    }

    /// After what to go on: the parameter `cursor`, if it is one of this list.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn cursor<Id: FromStr>(&self, list: &List) -> Result<Option<Id>> {
        let place = self.query("cursor").map(|cursor| list.place(cursor)?.parse().ok());
        place.map(|place| place.ok_or_else(|| not_of_this_list("cursor"))).transpose()
    }

    /// A parameter that is one of a few words.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn one_of<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>> {
        one_of(name, self.query(name), known)
    }

    /// Which partners to list: the parameters `q`, `state`, `mail`, `program`, `source`, and `cursor` under that name; and
    /// which list that is.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn partners(&self, limit: usize, cursor: &str) -> Result<(PartnerQuery, List)> {
        let word = |name| self.query(name).map(|text| text.trim().to_owned());
        let words = ["state", "mail", "program", "source", "q"].map(word);
        let brand = self.param_text("brand").unwrap_or_default();
        let named = words.iter().map(|word| word.as_deref().unwrap_or_default());
        let list = List::new(&["partners", brand].into_iter().chain(named).collect::<Vec<_>>());
        let [state, mail, program, source, q] = words;
        let PartnersWanted { search, filter } = PartnerWords { state, mail, program, source, q }.read()?;
        let after = match self.query(cursor) {
            None => None,
            Some(text) => {
                let place = list.place(text).filter(|place| leads_to_a_partner(place, search.as_deref()));
                Some(place.ok_or_else(|| not_of_this_list(cursor))?)
            }
        };
        Ok((PartnerQuery { search, filter, after, limit }, list))
    }
}

/// A list that is told in pages. Its cursors hold a place in it, and a mark of the list: with another brand, another
/// filter or a changed place they don't fit. The mark is no secret, since a place opens nothing.
#[derive(Debug, Clone)]
pub struct List(Vec<String>);

impl List {
    /// The list that is named so: what it holds, whose it is, and by which filters.
    #[must_use]
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// A place in it, as clients hand it back.
    #[must_use]
    pub fn cursor(&self, place: &str) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(place), self.mark(place))
    }

    /// The place that a cursor of this list holds.
    fn place(&self, cursor: &str) -> Option<String> {
        let (place, mark) = cursor.split_once('.')?;
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        (mark == self.mark(&place)).then_some(place)
    }

    fn mark(&self, place: &str) -> String {
        let parts: Vec<_> = self.0.iter().map(String::as_str).chain([place]).collect();
        Hash::of_parts(&parts).as_str().chars().take(12).collect()
    }
}

fn one_of<T: Copy>(name: &str, text: Option<&str>, known: &[(&str, T)]) -> Result<Option<T>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    match known.iter().find(|(word, _)| *word == text) {
        Some((_, value)) => Ok(Some(*value)),
        None => {
            let words = known.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
            Err(refused(name, &format!("`{name}` is one of: {words}.")))
        }
    }
}

/// Whether it can be a place among partners. Anybody can make a mark, and of what can't be a key in the order of its
/// list the table says nothing but that it failed.
fn leads_to_a_partner(place: &str, search: Option<&str>) -> bool {
    let Some(text) = search else { return PartnerId::parse(place).is_ok() };
    let id = place.rsplit_once('#').map(|(_, id)| PartnerId::parse(id));
    let rest = place.strip_prefix(text).filter(|rest| !rest.starts_with(char::MAX));
    matches!(id, Some(Ok(_))) && rest.is_some() && place.len() <= PLACE_BYTES_MAX
}

fn searched(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn not_of_this_list(field: &str) -> crate::Error {
    refused(field, "This is not a cursor of this list.")
}

fn refused(field: &str, message: &str) -> crate::Error {
    InvalidField::at(field, Invalid::unsupported(message)).into()
}
