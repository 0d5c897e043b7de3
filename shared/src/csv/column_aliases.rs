//! The column names that occur in real files.

/// Returns the form in which column names are compared: lower case, without accents, without `-`, `_`, `.` and blanks,
/// and without quotes around it.
pub(super) fn key(name: &str) -> String {
    let name = name.trim_matches(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '\u{feff}'));
    name.chars().flat_map(char::to_lowercase).filter(|char| !is_passed_over(*char)).map(unaccented).collect()
}

/// True for characters that are ignored, including combining accents, which some programs write after their letter.
fn is_passed_over(char: char) -> bool {
    char.is_whitespace() || matches!(char, '-' | '_' | '.' | '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{2010}'..='\u{2015}')
}

const fn unaccented(char: char) -> char {
    match char {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        other => other,
    }
}

/// The columns that an import uses, each with the [`key`]s of its names; earlier ones take precedence.
pub(super) struct Aliases {
    pub(super) email: &'static [&'static str],
    pub(super) name: &'static [&'static str],
    pub(super) first: &'static [&'static str],
    pub(super) middle: &'static [&'static str],
    pub(super) last: &'static [&'static str],
    pub(super) programs: &'static [&'static str],
    /// Names that mean a full name by themselves, but a family name if the file also has the given-name column after
    /// it.
    pub(super) family_beside_given: &'static [(&'static str, &'static str)],
}

#[rustfmt::skip]
pub(super) const ALIASES: Aliases = Aliases {
    email: &[
        "email", "emailaddress", "mail", "mailaddress", "email1value", "email1address", "primaryemail",
        "primaryemailaddress", "workemail", "workemailaddress", "businessemail", "contactemail", "useremail",
        "email1", "personalemail", "homeemail", "emails", "emailaddresses",
        // German
        "emailadresse", "mailadresse", "emailadressen", "elektronischepost",
        // French
        "adresseemail", "adressemail", "adressedemail", "adresseelectronique", "courriel", "adressecourriel", "adressedecourriel", "mel",
        // Spanish, Portuguese, Italian
        "correo", "correoelectronico", "direcciondecorreo", "direcciondecorreoelectronico", "direccionemail",
        "direcciondeemail", "correioeletronico", "enderecodeemail", "indirizzoemail", "indirizzomail",
        "postaelettronica", "indirizzodipostaelettronica",
        // Dutch, Nordic, Polish, Czech, Turkish
        "emailadres", "mailadres", "epost", "epostadress", "epostadresse", "mailadress", "emailadress",
        "sahkoposti", "sahkopostiosoite", "adresemail", "adrespocztyelektronicznej", "emailovaadresa", "eposta",
        "epostaadresi",
        // Russian, Japanese, Chinese
        "почта", "электроннаяпочта", "メール", "メールアドレス", "eメール", "邮箱", "电子邮箱", "电子邮件", "電子郵件",
    ],
    name: &[
        "name", "fullname", "displayname", "contactname", "partnername", "vollstandigername",
        "vollstaendigername", "anzeigename", "nomcomplet", "nometprenom", "prenometnom", "nombrecompleto",
        "nombreyapellido", "nombreyapellidos", "nomecompleto", "nomeecognome", "volledigenaam", "nom", "naam", "navn",
        "namn",
    ],
    // `nombre` and `nome` alone are full names, which is the result of a first name without a last one.
    first: &[
        "firstname", "givenname", "forename", "first", "vorname", "rufname", "prenom", "nombre", "nombres", "nome",
        "voornaam", "fornavn", "fornamn",
    ],
    middle: &["middlename", "additionalname", "middle", "zweitername", "zweitervorname", "tussenvoegsel"],
    last: &[
        "lastname", "surname", "familyname", "last", "nachname", "familienname", "zuname", "nomdefamille", "apellido",
        "apellidos", "cognome", "sobrenome", "apelido", "achternaam", "efternavn", "etternavn", "efternamn",
    ],
    programs: &[
        "programs", "program", "programmes", "programme", "programids", "programid", "campaigns", "campaign",
        "programm", "kampagnen", "kampagne", "programmi", "programma", "programas", "programa",
    ],
    family_beside_given: &[("name", "vorname"), ("nom", "prenom"), ("naam", "voornaam")],
};
