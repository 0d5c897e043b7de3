//! Lists: filters, limits and cursors.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    crypto::secret::Hash,
    domain::{
        GrantSource, Invalid, MailState, PartnerFilter, PartnerId, PartnerSelector, PartnerState, ProgramId,
        StateFilter,
    },
    error::{InvalidField, Result},
    store::PartnerQuery,
    web::Request,
};

/// Number of items in a page of a list by default.
pub const LIMIT_DEFAULT: usize = 100;
/// Largest number of items in a page of a list.
pub const LIMIT_MAX: usize = 200;

/// No name and no email address is longer, so nothing can begin with more.
const SEARCH_CHARS_MAX: usize = 254;

/// A sort key of DynamoDB has at most 1,024 bytes, and a page begins one byte after its cursor's position.
const PLACE_BYTES_MAX: usize = 1_023;

/// Filters for partners: the same in the query of a list and in the body of an export.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerFilterParams {
    /// Only partners with this status.
    #[schemars(with = "Option<StateFilter>")]
    state: Option<String>,
    /// Only partners whose last email has this delivery status.
    #[schemars(with = "Option<MailState>")]
    mail: Option<String>,
    /// Only partners with a grant for this program.
    #[schemars(with = "Option<ProgramId>")]
    program: Option<String>,
    /// Only partners with a grant from this source.
    #[schemars(with = "Option<GrantSource>")]
    source: Option<String>,
    /// Only partners whose name or email address begins with this text, sorted by what matched.
    q: Option<String>,
}

impl PartnerFilterParams {
    /// Parses the filters. An empty value means no filter.
    ///
    /// # Errors
    /// Fails with `invalid_value` or `invalid_id`.
    pub fn read(&self) -> Result<PartnerSelector> {
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
            return Err(refused("q", "A search can have at most 254 characters."));
        }
        Ok(PartnerSelector { search, filter })
    }
}

impl Request {
    /// Page size of the list: the parameter `limit`.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn limit(&self) -> Result<usize> {
        match self.query("limit").map(str::parse::<usize>) {
            None => Ok(LIMIT_DEFAULT),
            Some(Ok(limit)) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
            Some(_) => Err(refused("limit", "A limit must be between 1 and 200.")),
        }
    }

    /// Position after which the list continues: the parameter `cursor`, if it belongs to this list.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn cursor<Id: FromStr>(&self, list: &List) -> Result<Option<Id>> {
        let place = self.query("cursor").map(|cursor| list.place(cursor)?.parse().ok());
        place.map(|place| place.ok_or_else(|| not_of_this_list("cursor"))).transpose()
    }

    /// Parses a query parameter that has one of a few values.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn one_of<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>> {
        one_of(name, self.query(name), known)
    }

    /// Parses the query of a list of partners: the parameters `q`, `state`, `mail`, `program`, `source`, and the one
    /// that `cursor` names. Also returns the list, to create further cursors with.
    ///
    /// # Errors
    /// Fails with `invalid_value`.
    pub fn partners(&self, limit: usize, cursor: &str) -> Result<(PartnerQuery, List)> {
        let word = |name| self.query(name).map(|text| text.trim().to_owned());
        let words = ["state", "mail", "program", "source", "q"].map(word);
        let brand = self.param_text("brand").unwrap_or_default();
        let named = words.iter().map(|word| word.as_deref().unwrap_or_default());
        let list = List::new(&["partners", brand].into_iter().chain(named).collect::<Vec<_>>());
        let [state, mail, program, source, q] = words;
        let PartnerSelector { search, filter } = PartnerFilterParams { state, mail, program, source, q }.read()?;
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

/// A list with pages. Its cursors contain a position and a checksum of the list: they are rejected with another brand,
/// another filter or a changed position. The checksum is no secret, since a position gives access to nothing.
#[derive(Debug, Clone)]
pub struct List(Vec<String>);

impl List {
    /// Creates the list with these names: its content, its owner and its filters.
    #[must_use]
    pub fn new(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// Cursor for a position, as clients send it back.
    #[must_use]
    pub fn cursor(&self, place: &str) -> String {
        format!("{}.{}", URL_SAFE_NO_PAD.encode(place), self.mark(place))
    }

    /// Returns the position that a cursor of this list contains.
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
            Err(refused(name, &format!("`{name}` must be one of: {words}.")))
        }
    }
}

/// True if `place` can be a position in a list of partners. Anyone can compute a checksum, and for a position that
/// can't be a key in the order of its list, DynamoDB would only report an error.
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
    refused(field, "Not a valid cursor of this list.")
}

fn refused(field: &str, message: &str) -> crate::Error {
    InvalidField::at(field, Invalid::unsupported(message)).into()
}
