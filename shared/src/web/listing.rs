//! Lists: how many, and from where on.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::Request;
use crate::{
    domain::{GrantSource, Invalid, MailState, PartnerFilter, PartnerId, PartnerState, ProgramId, StateFilter},
    error::{InvalidField, Result},
    store::PartnerQuery,
};

/// How many a list answers, if nothing is said.
pub const LIMIT_DEFAULT: usize = 100;
/// How many a list answers at the most.
pub const LIMIT_MAX: usize = 200;

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

    /// After what to go on: the parameter `cursor`. It says only a position; whose list it is follows from the caller.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn cursor<Id: FromStr>(&self) -> Result<Option<Id>> {
        self.position("cursor")
    }

    fn position<Id: FromStr>(&self, name: &str) -> Result<Option<Id>> {
        let cursor = self.query(name).map(str::parse).transpose();
        cursor.map_err(|_invalid| refused(name, "This is not a cursor of ours."))
    }

    /// A parameter that is one of a few words.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn one_of<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>> {
        let Some(text) = self.query(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        match known.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => Ok(Some(*value)),
            None => {
                let words = known.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
                Err(refused(name, &format!("`{name}` is one of: {words}.")))
            }
        }
    }

    /// Which partners to list: the parameters `q`, `state`, `mail`, `program`, `source`, and `cursor` under that name.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn partners(&self, limit: usize, cursor: &str) -> Result<PartnerQuery> {
        let filter = self.partner_filter()?;
        let search = self.query("q").map(searched).filter(|text| !text.is_empty());
        let after = match (&search, self.query(cursor)) {
            (_, None) => None,
            (None, Some(_)) => self.position::<PartnerId>(cursor)?.map(String::from),
            (Some(text), Some(place)) => {
                let place = URL_SAFE_NO_PAD.decode(place).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                let place = place.filter(|place| place.starts_with(text.as_str()));
                Some(place.ok_or_else(|| refused(cursor, "This is not a cursor of this search."))?)
            }
        };
        Ok(PartnerQuery { search, filter, after, limit })
    }

    fn partner_filter(&self) -> Result<PartnerFilter> {
        let states = PartnerState::ALL.map(|state| (state.as_str(), StateFilter::Is(state)));
        let states: Vec<_> = states.into_iter().chain([("expired", StateFilter::Ended)]).collect();
        let program = self.query("program").filter(|text| !text.is_empty()).map(ProgramId::parse).transpose();
        Ok(PartnerFilter {
            state: self.one_of("state", &states)?,
            mail: self.one_of("mail", &MailState::ALL.map(|state| (state.as_str(), state)))?,
            program: program.map_err(|invalid| InvalidField::at("program", invalid))?,
            source: self.one_of("source", &GrantSource::ALL.map(|source| (source.as_str(), source)))?,
        })
    }
}

/// A place in a list of partners as a cursor tells it.
#[must_use]
pub fn partners_cursor(query: &PartnerQuery, place: &str) -> String {
    if query.search.is_some() { URL_SAFE_NO_PAD.encode(place) } else { place.to_owned() }
}

fn searched(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

fn refused(field: &str, message: &str) -> crate::Error {
    InvalidField::at(field, Invalid::unsupported(message)).into()
}
