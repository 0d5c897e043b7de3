//! Lists: how many, and from where on.

use std::str::FromStr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::Deserialize;

use super::Request;
use crate::{
    domain::{
        Exported, GrantSource, Invalid, MailState, PartnerFilter, PartnerId, PartnerState, ProgramId, StateFilter,
    },
    error::{InvalidField, Result},
    store::PartnerQuery,
};

/// How many a list answers, if nothing is said.
pub const LIMIT_DEFAULT: usize = 100;
/// How many a list answers at the most.
pub const LIMIT_MAX: usize = 200;
/// Longer than any name or address with an id.
const PLACE_BYTES_MAX: usize = 800;

/// No name and no address is longer, so nothing begins with more.
const SEARCH_CHARS_MAX: usize = 254;

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
    pub fn read(&self) -> Result<Exported> {
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
        Ok(Exported { search, filter })
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
        one_of(name, self.query(name), known)
    }

    /// Which partners to list: the parameters `q`, `state`, `mail`, `program`, `source`, and `cursor` under that name.
    ///
    /// # Errors
    /// `invalid_value`.
    pub fn partners(&self, limit: usize, cursor: &str) -> Result<PartnerQuery> {
        let word = |name| self.query(name).map(str::to_owned);
        let [state, mail, program, source, q] = ["state", "mail", "program", "source", "q"].map(word);
        let Exported { search, filter } = PartnerWords { state, mail, program, source, q }.read()?;
        let after = match (&search, self.query(cursor)) {
            (_, None) => None,
            (None, Some(_)) => self.position::<PartnerId>(cursor)?.map(String::from),
            (Some(text), Some(place)) => {
                let place = URL_SAFE_NO_PAD.decode(place).ok().and_then(|bytes| String::from_utf8(bytes).ok());
                let place = place.filter(|place| is_a_place(place, text));
                Some(place.ok_or_else(|| refused(cursor, "This is not a cursor of this search."))?)
            }
        };
        Ok(PartnerQuery { search, filter, after, limit })
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

/// A place in a list of partners as a cursor tells it.
#[must_use]
pub fn partners_cursor(query: &PartnerQuery, place: &str) -> String {
    if query.search.is_some() { URL_SAFE_NO_PAD.encode(place) } else { place.to_owned() }
}

fn searched(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a cursor of a search could be one of ours: the table refuses longer ones, and so would a search.
fn is_a_place(place: &str, text: &str) -> bool {
    let id = place.rsplit_once('#').map(|(_, id)| PartnerId::parse(id).is_ok());
    place.starts_with(text) && place.len() <= PLACE_BYTES_MAX && id == Some(true)
}

fn refused(field: &str, message: &str) -> crate::Error {
    InvalidField::at(field, Invalid::unsupported(message)).into()
}
