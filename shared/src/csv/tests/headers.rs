//! Column names as people write them.

use super::*;
use crate::csv::column_aliases::{ALIASES, Aliases, key};

fn refused(header: &str) -> Vec<String> {
    match read(header.as_bytes()) {
        Err(CsvError::NoEmailColumn { saw }) => saw,
        other => panic!("{header}: {other:?}"),
    }
}

#[test]
fn names_of_columns_are_compared_by_what_matters() {
    for (name, same) in [
        ("E-Mail", "email"),
        ("e_mail.address", "emailaddress"),
        ("  \"E-MAIL  Address\" ", "emailaddress"),
        ("\u{feff}Email", "email"),
        ("E\u{2011}Mail", "email"),
        ("E-MAİL", "email"),
        ("Prénom", "prenom"),
        ("Pre\u{301}nom", "prenom"),
        ("PRÉNOM", "prenom"),
        ("Correo Electrónico", "correoelectronico"),
        ("Vollständiger Name", "vollstandigername"),
    ] {
        assert_eq!(key(name), same, "{name}");
    }
}

#[test]
fn the_table_of_names_has_each_once_and_as_it_is_compared() {
    let Aliases { email, name, first, middle, last, programs, family_beside_given } = ALIASES;
    let mut all = [email, name, first, middle, last, programs].concat();
    assert!(family_beside_given.iter().all(|(family, given)| name.contains(family) && first.contains(given)));
    assert!(all.iter().all(|alias| key(alias) == *alias));
    let count = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), count);
}

#[test]
fn a_column_of_addresses_has_many_names() {
    for header in [
        "email",
        "E-mail",
        "Mail",
        "EMAIL ADDRESS",
        "E-mail Address",
        "E-mail 1 - Value",
        "email 1 value",
        "primary_email",
        "Work Email",
        "E-Mail-Adresse",
        "Mailadresse",
        "Adresse e-mail",
        "adresse mail",
        "Courriel",
        "Correo",
        "Correo electrónico",
        "correo electronico",
        "E-mailadres",
        "E-mailadresse",
        "Indirizzo email",
        "メールアドレス",
        "Электронная почта",
        "\"'email'\"",
    ] {
        for (text, email) in [(format!("{header}\nx"), "x"), (format!("a,{header},b\n1,x,3"), "x")] {
            assert_eq!(read(text.as_bytes()).unwrap().rows[0].email, email, "{text}");
        }
    }
}

#[test]
fn the_name_is_put_together_from_what_there_is() {
    for (header, line, name) in [
        ("email,name", "x, Ada Lovelace ", "Ada Lovelace"),
        ("Full Name,email", "Ada,x", "Ada"),
        ("email,first name,middle name,last name", "x,A, ,C", "A C"),
        ("email,Last-Name,Middle.Name,FIRST_NAME", "x,C,B,A", "A B C"),
        ("email,name,first name,last name", "x,N,A,C", "N"),
        ("email,name,first name,last name", "x, ,A,C", "A C"),
        ("Name,Given Name,Additional Name,Family Name,E-mail 1 - Type,E-mail 1 - Value", ",A,B,C,*,x", "A B C"),
        ("email,prénom,nom", "x,Zoé,Dupont", "Zoé Dupont"),
        ("email,nom,prenom", "x,Dupont,Zoé", "Zoé Dupont"),
        ("email,nom", "x,Zoé Dupont", "Zoé Dupont"),
        ("email,nom complet,nom,prénom", "x,Zoé D.,Dupont,Zoé", "Zoé D."),
        ("email,nom complet,nom,prénom", "x,,Dupont,Zoé", "Zoé Dupont"),
        ("correo,nombre", "x,Ana Gil", "Ana Gil"),
        ("correo,apellidos,nombre", "x,Gil,Ana", "Ana Gil"),
        ("correo,nombre completo", "x,Ana Gil", "Ana Gil"),
        ("Name,Vorname,E-Mail", "Müller,Jürgen,x", "Jürgen Müller"),
        ("Name,Vorname,Nachname,E-Mail", "Jürgen M.,Jürgen,Müller,x", "Jürgen M."),
        ("naam,voornaam,e-mailadres", "Jansen,Jan,x", "Jan Jansen"),
        ("name,first name,email", "Ada Lovelace,Ada,x", "Ada Lovelace"),
        ("nome,cognome,indirizzo email", "Ada,Rossi,x", "Ada Rossi"),
        ("email,phone", "x,1", ""),
        ("email,name", "x,\" A\r\nB \"", "A\r\nB"),
        ("email,name", "x", ""),
    ] {
        let sheet = read(format!("{header}\n{line}\n").as_bytes()).unwrap();
        assert_eq!((sheet.rows[0].email.as_str(), sheet.rows[0].name.as_str()), ("x", name), "{header}: {line}");
    }
}

#[test]
fn the_earlier_alias_wins_then_the_one_on_the_left() {
    for (header, email, programs) in [
        ("work email,email,mail,program,programs", "2", "5"),
        ("mail,E-Mail,email,campaign,campaigns,campaign", "2", "5"),
        ("E-mail 2 - Value,E-mail 1 - Label,E-mail 1 - Value,program ids,x", "3", "4"),
        ("primary email,work email,programmes,programmes", "1", "3"),
    ] {
        let sheet = read(format!("{header}\n1,2,3,4,5,6\n").as_bytes()).unwrap();
        assert_eq!((sheet.rows[0].email.as_str(), sheet.rows[0].programs.as_str()), (email, programs), "{header}");
    }
}

#[test]
fn the_delimiter_is_the_one_that_finds_the_addresses() {
    for (header, names) in [
        ("a,b,c,d;email", vec!["a,b,c,d", "email"]),
        ("email;\"a,b\"", vec!["email", "a,b"]),
        ("email\ta;b,c,d", vec!["email", "a;b,c,d"]),
        ("mail,a;email;b", vec!["mail,a", "email", "b"]),
        ("mail,a;email", vec!["mail", "a;email"]),
        ("email", vec!["email"]),
    ] {
        assert_eq!(read(header.as_bytes()).unwrap().columns.unwrap().original(), names, "{header}");
    }
}

#[test]
fn a_file_of_only_a_header_has_no_rows() {
    for text in ["email,name", "email,name\n", "\n\nemail,name\r\n\r\n,\r\n"] {
        let sheet = read(text.as_bytes()).unwrap();
        assert_eq!((sheet.rows.len(), sheet.columns.unwrap().original().len()), (0, 2), "{text:?}");
    }
}

#[test]
fn without_a_column_of_addresses_one_learns_what_was_there() {
    assert_eq!(refused("Vorname;Nachname\nA;B"), ["Vorname", "Nachname"]);
    assert_eq!(refused("Vorname\nada@example.com"), ["Vorname"]);
    assert_eq!(refused("ada@example.com,Ada\n"), ["ada@example.com", "Ada"]);
    assert_eq!(refused("E-mail 1 - Label,\u{7},x\n"), ["E-mail 1 - Label", "x"]);
    assert_eq!(refused(&"abc,".repeat(50)).len(), 20);
    assert_eq!(refused(&format!("{}\n", "ü".repeat(100))), ["ü".repeat(60)]);
}
