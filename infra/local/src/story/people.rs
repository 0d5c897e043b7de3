//! The people in the demo and their steps. Days are counted back from the present.

/// The script of one brand.
pub(super) struct Cast {
    pub(super) slug: &'static str,
    /// Its branding: its logo,
    pub(super) logo: &'static [u8],
    /// its colour, the sender name of its emails, and its postal address.
    pub(super) face: [&'static str; 3],
    /// The names of its programs, in the order of the numbers used here.
    pub(super) programs: &'static [&'static str],
    pub(super) people: &'static [Person],
    /// The prices in its shop, in minor units.
    pub(super) prices: &'static [i64],
    /// The currencies that most customers and some customers pay in.
    pub(super) currencies: [&'static str; 2],
    /// Steps of the brand as a whole.
    pub(super) then: &'static [(u16, Deed)],
}

/// The script of one person.
pub(super) struct Person {
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    /// The day on which they were invited or added.
    pub(super) came: u16,
    pub(super) way: Way,
    /// The programs granted to them; `None` for all.
    pub(super) programs: Option<&'static [usize]>,
    /// Their activity: the number of days in a hundred on which their links have visitors.
    pub(super) busy: u64,
    pub(super) then: &'static [(u16, Act)],
}

/// The way in which a person becomes a partner.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By an invitation email.
    Mail,
    /// Immediately, without an email.
    AtOnce,
    /// Immediately, by an approval on the Network.
    Network,
    /// By an invitation email, which is withdrawn before it is sent.
    TakenBack,
}

/// A step of one person.
#[derive(Clone, Copy)]
pub(super) enum Act {
    /// They activate with the invitation email, a few minutes after it.
    Joins,
    /// They share a link with this key for the program with this number.
    Shares(&'static str, usize),
    /// They request a sign-in email and sign in with it.
    SignsIn,
    /// They decline.
    Declines,
    InvitedAgain,
    Corrected(&'static str),
    SentLink,
    Renamed(&'static str),
    Given(&'static [usize]),
    /// The reason, and whether they are notified.
    Revoked(&'static str, bool),
    Reinstated,
}

/// A step of an admin for the brand.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    /// Pays commissions that were earned two weeks ago or earlier.
    Pays,
    /// Reverses the latest commission.
    Refunds,
    /// Archives the program with this number.
    Archives(usize),
}

use Act::{Corrected, Declines, Given, InvitedAgain, Joins, Reinstated, Renamed, Revoked, SentLink, Shares, SignsIn};
use Deed::{Archives, Pays, Refunds};
use Way::{AtOnce, Mail, Network, TakenBack};

const fn person(
    (name, email): (&'static str, &'static str),
    (came, way): (u16, Way),
    programs: Option<&'static [usize]>,
    busy: u64,
    then: &'static [(u16, Act)],
) -> Person {
    Person { name, email, came, way, programs, busy, then }
}

const SPRING: usize = 0;
const FRIENDS: usize = 1;
const CREATORS: usize = 2;
const WINTER: usize = 3;

pub(super) const CASTS: [Cast; 2] = [
    Cast {
        slug: "acme",
        logo: include_bytes!("../../logos/acme.png"),
        face: ["#0b6e6e", "Acme Partners", "Acme GmbH\nMusterstraße 12\n10115 Berlin"],
        programs: &["Spring launch", "Refer a friend", "Creators", "Winter clearance"],
        people: &ACME,
        prices: &[1_450, 2_900, 4_990, 8_900, 12_900, 24_900],
        currencies: ["EUR", "CHF"],
        then: &[
            (56, Pays),
            (44, Refunds),
            (40, Archives(WINTER)),
            (28, Pays),
            (23, Refunds),
            (14, Pays),
            (9, Refunds),
            (3, Refunds),
        ],
    },
    Cast {
        slug: "globex",
        logo: include_bytes!("../../logos/globex.png"),
        face: ["#6d28d9", "Globex Ambassadors", "Globex Inc.\n500 Example Avenue\nNew York, NY 10001"],
        programs: &["Ambassadors", "Workshops"],
        people: &GLOBEX,
        prices: &[1_200, 3_500, 5_900, 18_000],
        currencies: ["USD", "USD"],
        then: &[(30, Pays)],
    },
];

#[rustfmt::skip]
const ACME: [Person; 43] = [
    person(("Noor Haddad", "noor@example.org"), (84, AtOnce), None, 62, &[(83, Shares("noor", SPRING)), (60, Shares("noor-friends", FRIENDS)), (2, SignsIn)]),
    person(("Mateo Silva", "mateo@example.org"), (84, AtOnce), None, 26, &[(82, Shares("mateo", CREATORS))]),
    person(("Ines Keller", "ines@example.org"), (83, Mail), None, 24, &[(83, Joins), (81, Shares("ines", SPRING))]),
    person(("Tomasz Nowak", "tomasz@example.org"), (83, Mail), Some(&[FRIENDS]), 10, &[(80, SignsIn), (78, Shares("tomasz", FRIENDS))]),
    person(("Amélie Dubois-Lefèvre", "amelie.dubois@example.fr"), (80, Mail), None, 30, &[(80, Joins), (78, Shares("amelie", CREATORS)), (41, SignsIn), (41, Shares("amelie-spring", SPRING))]),
    person(("Björn Åkesson", "bjorn@example.se"), (78, Mail), Some(&[SPRING, WINTER]), 14, &[(78, Joins), (76, Shares("bjorn", WINTER))]),
    person(("田中 由紀", "yuki.tanaka@example.jp"), (76, Network), Some(&[CREATORS]), 28, &[(74, Shares("yuki", CREATORS))]),
    person(("محمد الفارسي", "m.alfarsi@example.om"), (75, Mail), Some(&[SPRING, CREATORS]), 12, &[(73, SignsIn), (71, Shares("alfarsi", SPRING))]),
    person(("שירה לוי", "shira@example.co.il"), (70, Mail), Some(&[CREATORS]), 8, &[(70, Joins), (69, Shares("shira", CREATORS))]),
    person(("Siobhán O’Connor", "siobhan@example.ie"), (69, Mail), None, 20, &[(69, Joins), (66, Shares("siobhan", SPRING)), (24, Given(&[SPRING, FRIENDS]))]),
    person(("D'Angelo Russo", "dangelo@example.it"), (68, Network), Some(&[CREATORS]), 9, &[(66, Shares("dangelo", CREATORS))]),
    person(("Q", "q@example.net"), (66, Mail), Some(&[SPRING]), 4, &[(60, SignsIn), (58, Shares("q-q", SPRING))]),
    person(("Maximiliane Theodora von und zu Hohenlohe-Schillingsfürst, Kooperationen und Partnerschaften", "maximiliane.theodora.von.hohenlohe-schillingsfuerst@kooperationen.example.de"), (64, Mail), None, 11, &[(64, Joins), (61, Shares("hohenlohe-schillingsfuerst-fruehjahr", SPRING))]),
    person(("Nguyễn Thị Minh Khai", "minhkhai@example.vn"), (62, Mail), Some(&[SPRING, FRIENDS]), 18, &[(62, Joins), (60, Shares("minhkhai", SPRING))]),
    person(("Oluwaseun Adébáyọ̀", "seun@example.ng"), (60, Network), Some(&[CREATORS]), 22, &[(58, Shares("seun", CREATORS)), (33, Given(&[CREATORS, SPRING]))]),
    person(("Łukasz Wiśniewski", "lukasz@example.pl"), (58, Mail), Some(&[FRIENDS]), 0, &[(57, Declines)]),
    person(("Zoë van der Meer", "zoe@example.nl"), (57, Mail), None, 24, &[(57, Joins), (55, Shares("zoe", SPRING)), (20, Revoked("The discount code was published on coupon sites.", true))]),
    person(("Priya Raghunathan", "priya@example.in"), (55, Network), Some(&[CREATORS]), 34, &[(54, Shares("priya", CREATORS)), (35, Given(&[CREATORS, SPRING, FRIENDS])), (34, Shares("priya-spring", SPRING))]),
    person(("Carlos Ñúñez", "carlos@example.es"), (53, Mail), None, 16, &[(53, Joins), (51, Shares("carlos", SPRING)), (30, Revoked("Advertised under our own brand name.", true)), (27, Reinstated)]),
    person(("Hélène Fontaine", "helene@example.fr"), (52, Mail), None, 0, &[(45, InvitedAgain)]),
    person(("Дмитрий Волков", "d.volkov@example.net"), (50, Mail), Some(&[SPRING]), 10, &[(50, Joins), (47, Shares("volkov", SPRING)), (12, Revoked("", false))]),
    person(("Anna-Lena Brückner", "annalena@example.de"), (48, Mail), None, 15, &[(45, SignsIn), (44, Shares("annalena", SPRING)), (33, Renamed("Anna-Lena Brückner-Roth"))]),
    person(("Kwame Mensah", "kwame@example.gh"), (45, Mail), Some(&[FRIENDS]), 12, &[(45, Joins), (43, Shares("kwame", FRIENDS))]),
    person(("Sofía Hernández", "sofia@bounce.example"), (42, Mail), None, 20, &[(41, Corrected("sofia@example.mx")), (38, SignsIn), (37, Shares("sofia", SPRING))]),
    person(("王芳", "wangfang@example.cn"), (40, Network), Some(&[CREATORS]), 8, &[(36, Shares("wangfang", CREATORS))]),
    person(("Freya Jónsdóttir", "freya@example.is"), (38, Mail), None, 14, &[(38, Joins), (36, Shares("freya", CREATORS)), (5, SentLink)]),
    person(("Ahmed Al-Sayed", "ahmed@example.eg"), (36, TakenBack), None, 0, &[]),
    person(("Ravi Patel", "ravi@example.in"), (33, Mail), Some(&[SPRING]), 0, &[]),
    person(("Rosa Hernández", "sofia@bounce.example"), (29, Mail), None, 0, &[]),
    person(("Jakub Černý", "jakub@soft.example"), (27, Mail), None, 0, &[]),
    person(("Hugo Lindqvist", "hugo@bounce.example"), (26, Mail), None, 0, &[(25, Revoked("We can't reach you at this address.", true))]),
    person(("Marta Kowalczyk", "marta@bounce.example"), (24, Mail), None, 0, &[]),
    person(("Gustavo Lima", "gustavo@complaint.example"), (22, Mail), Some(&[CREATORS]), 0, &[]),
    person(("Thandiwe Nkosi", "thandiwe@example.za"), (16, Mail), Some(&[SPRING]), 30, &[(16, Joins), (14, Shares("thandiwe", SPRING))]),
    person(("Ye", "ye@example.com"), (12, AtOnce), Some(&[]), 0, &[]),
    person(("Emre Yıldırım", "emre@example.tr"), (9, Mail), None, 0, &[(4, InvitedAgain)]),
    person(("Viktor Ionescu", "viktor@reject.example"), (6, Mail), None, 0, &[]),
    person(("Giulia D’Amico", "giulia@example.it"), (5, Mail), None, 0, &[(4, Revoked("Invited by mistake.", false))]),
    person(("Mei-Ling Chen", "meiling@example.tw"), (3, Mail), Some(&[SPRING, CREATORS]), 0, &[]),
    person(("Leïla Benali", "leila@delay.example"), (2, Mail), None, 0, &[]),
    person(("Jonas Weber", "jonas@example.ch"), (1, Mail), None, 0, &[(0, SignsIn)]),
    person(("Isabella Rossi", "isabella@silent.example"), (0, Mail), None, 0, &[]),
    person(("Aoife Ní Bhriain", "aoife@example.ie"), (0, Mail), Some(&[FRIENDS]), 0, &[]),
];

#[rustfmt::skip]
const GLOBEX: [Person; 6] = [
    person(("Noor Haddad", "noor@example.org"), (70, AtOnce), None, 14, &[(68, Shares("noor", 0))]),
    person(("Samuel Okafor", "samuel@example.com"), (52, Mail), Some(&[0]), 12, &[(52, Joins), (50, Shares("samuel", 0)), (18, Revoked("", true))]),
    person(("Emily Zhang", "emily@example.com"), (40, Network), Some(&[0]), 16, &[(38, Shares("emily", 0))]),
    person(("Lucas Meyer", "lucas@example.com"), (25, Mail), Some(&[1]), 8, &[(25, Joins), (23, Shares("lucas", 1))]),
    person(("Hannah Cohen", "hannah@example.com"), (6, Mail), None, 0, &[]),
    person(("Rafael Ortiz", "rafael@bounce.example"), (2, Mail), None, 0, &[]),
];
