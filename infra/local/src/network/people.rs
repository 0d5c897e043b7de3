//! The creators on the simulated Network. All of them are fictional.

/// A creator.
pub(super) struct Creator {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) email: &'static str,
    pub(super) handle: &'static str,
    pub(super) bio: &'static str,
    /// The link key that they would like to have.
    pub(super) slug: &'static str,
}

pub(super) const CREATORS: [Creator; 6] = [
    Creator {
        id: "cre_mara",
        name: "Mara Okafor",
        email: "mara@creators.example",
        handle: "@mara.outside",
        bio: "Slow hikes and honest gear, with one dog and two tents.",
        slug: "mara",
    },
    Creator {
        id: "cre_jonas",
        name: "Jonas Lindqvist",
        email: "jonas@creators.example",
        handle: "@jonasbakes",
        bio: "Sourdough on a camping stove, and other things that take time.",
        slug: "jonas-bakes",
    },
    Creator {
        id: "cre_priya",
        name: "Priya Raman",
        email: "priya@creators.example",
        handle: "@priyadraws",
        bio: "Draws every place she has slept in.",
        slug: "priya",
    },
    Creator {
        id: "cre_tomas",
        name: "Tomás Reyes",
        email: "tomas@creators.example",
        handle: "@tomas.rides",
        bio: "Across Iberia by bicycle, mostly uphill.",
        slug: "tomas",
    },
    Creator {
        id: "cre_aiko",
        name: "Aiko Tanabe",
        email: "aiko@creators.example",
        handle: "@aikorepairs",
        bio: "Mends what others throw away, and shows how.",
        slug: "aiko",
    },
    Creator {
        id: "cre_sam",
        name: "Sam Whitlock",
        email: "sam@creators.example",
        handle: "@samandthesea",
        bio: "Cold water, warm soup, no filter.",
        slug: "sam-and-the-sea",
    },
];

/// Returns the creator with this ID.
pub(super) fn creator(id: &str) -> Option<&'static Creator> {
    CREATORS.iter().find(|creator| creator.id == id)
}
