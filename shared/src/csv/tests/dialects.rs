//! The same rows in every dialect and encoding, in pieces of every size.

use super::*;

fn records() -> Vec<Vec<&'static str>> {
    vec![
        vec!["E-Mail", "Vorname", "Nachname", "Programme", "Bemerkung, \"frei\"; lang\tund so"],
        vec!["jürgen@example.de", "Jürgen", "Müller", "Pro|Starter", ""],
        vec![" ada@example.com ", "Ada", " ", "", "a,b;c\td \"e\"\r\nf\n\rg"],
        vec!["", ""],
        vec![" \t "],
        vec!["soren@example.dk", "", "Ångström"],
        vec!["x@example.com", "X", "Y", "Z", "", "", "mehr"],
    ]
}

#[test]
fn every_dialect_in_every_encoding_gives_the_same_rows() {
    let records = records();
    let people = [
        (2, "jürgen@example.de", "Jürgen Müller", "Pro|Starter"),
        (3, "ada@example.com", "Ada", ""),
        (6, "soren@example.dk", "Ångström", ""),
        (7, "x@example.com", "X Y", "Z"),
    ];
    for delimiter in [',', ';', '\t'] {
        for line_end in ["\r\n", "\n", "\r"] {
            for quote_all in [false, true] {
                let text = written(&records, delimiter, line_end, quote_all);
                for text in [text.as_str(), text.trim_end_matches(['\r', '\n'])] {
                    for encoding in ENCODINGS {
                        let sheet = read(&encoded(text, encoding)).unwrap();
                        let case = format!("{delimiter:?} {line_end:?} {quote_all} {encoding:?}");
                        assert_eq!(sheet.people(), people, "{case}");
                        assert_eq!(sheet.columns.as_ref().unwrap().original(), records[0], "{case}");
                        let cells = [1, 2, 5, 6].map(|at| records[at].clone());
                        assert_eq!(sheet.cells(), cells, "{case}");
                    }
                }
            }
        }
    }
}

#[test]
fn it_doesnt_matter_how_a_file_is_cut_into_pieces() {
    let text =
        "\r\n\r\nname;\"e-mail\"\r\n\"Zoë \"\"Z\"\"\r\n😀\";zoe@example.com\r\r\n;;\n\"open;x@example.com\r\nlast";
    for encoding in ENCODINGS {
        let bytes = encoded(text, encoding);
        let whole = read(&bytes).unwrap();
        assert_eq!(whole.numbers(), [4, 7, 8], "{encoding:?}");
        for cut in 0..=bytes.len() {
            let (left, right) = bytes.split_at(cut);
            assert_eq!(read_chunks([left, right]).as_ref(), Ok(&whole), "{encoding:?} at {cut}");
        }
        for size in 1..5 {
            assert_eq!(read_chunks(bytes.chunks(size)).as_ref(), Ok(&whole), "{encoding:?} by {size}");
        }
    }
}

#[test]
fn pieces_do_not_matter_in_files_longer_than_the_head() {
    let row = "\"Zoë 😀\r\n\";zoe@example.com\r\n";
    for encoding in [Encoding::Utf8, Encoding::Utf16Be] {
        let bytes = encoded(&format!("name;email\r\n{}", row.repeat(200)), encoding);
        let whole = read(&bytes).unwrap();
        assert_eq!((whole.rows.len(), whole.rows[199].number), (200, 201));
        for size in [1, 2, 3, 7, 1023, 1024, 1025] {
            assert_eq!(read_chunks(bytes.chunks(size)).as_ref(), Ok(&whole), "{encoding:?} by {size}");
        }
    }
}

#[test]
fn one_broken_row_leaves_the_others_readable() {
    let bytes = [
        &b"\xef\xbb\xbfemail,name\n"[..],
        "a@x.org,Zoë\n".as_bytes(),
        b"b@x.org,Zo\xeb \x80\n",
        "c@x.org,Zoë".as_bytes(),
    ];
    let sheet = read(&bytes.concat()).unwrap();
    let names: Vec<&str> = sheet.rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["Zoë", "Zoë €", "Zoë"]);
}

#[test]
fn numbers_are_those_of_a_spreadsheet() {
    for (text, numbers) in [
        ("email\na@x.org\nb@x.org", vec![2, 3]),
        ("\n\n email \n\na@x.org\n\n\nb@x.org\n\n", vec![5, 8]),
        ("email\r\na@x.org\r\n\r\nb@x.org\r\n", vec![2, 4]),
        ("email\ra@x.org\r\rb@x.org\r", vec![2, 4]),
        ("email,note\na@x.org,\"1\r\n2\n\n3\"\nb@x.org,\n", vec![2, 3]),
        ("email,note\n,\n\"\",\" \"\n\"\n\",\nb@x.org,\n", vec![5]),
        (";;\n,,,\n\t\nemail\tname\nb@x.org\n", vec![5]),
        ("sep=;\nemail;name\na@x.org;A\n", vec![3]),
        ("sep=;\n\nemail;name\n\na@x.org;A\n", vec![5]),
        ("a@x.org\n\nb@x.org", vec![1, 3]),
        ("\n\na@x.org\n", vec![3]),
        ("sep=,\na@x.org\n", vec![2]),
        ("email\n\u{a0}\u{3000}\nb@x.org", vec![3]),
    ] {
        assert_eq!(read(text.as_bytes()).unwrap().numbers(), numbers, "{text:?}");
    }
}

#[test]
fn the_delimiter_may_be_declared_for_excel() {
    for (text, cells) in [
        ("sep=;\r\nemail;a,b,c,d\r\nx@x.org;1,2\r\n", vec!["x@x.org", "1,2"]),
        ("SEP=|\nemail|name\nx@x.org|\"X|Y\"\n", vec!["x@x.org", "X|Y"]),
        ("\"sep=,\"\nemail,a;b;c\nx@x.org,X\n", vec!["x@x.org", "X"]),
        ("sep=\t\nemail\tname\nx@x.org\tX\n", vec!["x@x.org", "X"]),
    ] {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le] {
            assert_eq!(read(&encoded(text, encoding)).unwrap().cells(), std::slice::from_ref(&cells), "{text:?}");
        }
    }
    let saw = |text: &str| read(text.as_bytes()).unwrap_err();
    assert_eq!(saw("sep=x\nemail\n"), CsvError::NoEmailColumn { saw: vec!["sep=x".to_owned()] });
    assert_eq!(saw("\nsep=;\nemail\n"), CsvError::NoEmailColumn { saw: vec!["sep=".to_owned()] });
}

#[test]
fn quotes_are_taken_as_most_programs_take_them() {
    for (line, cells) in [
        ("a\"b,c", vec!["a\"b", "c"]),
        ("\"a\"b,c", vec!["ab", "c"]),
        ("\"a\"b\"c\",d", vec!["ab\"c\"", "d"]),
        ("\"a\"\"b\",c", vec!["a\"b", "c"]),
        ("\"\",c", vec!["", "c"]),
        ("\"\"\"\",c", vec!["\"", "c"]),
        (" \"a\",c", vec![" \"a\"", "c"]),
        ("\"a\" ,c", vec!["a ", "c"]),
        ("c,", vec!["c", ""]),
        (",c,\"\"", vec!["", "c", ""]),
    ] {
        assert_eq!(read(format!("email,name\n{line}\n").as_bytes()).unwrap().cells(), [cells], "{line}");
    }
}
