use crate::base::Ident;

/// What a catch-up does with rows whose source is gone.
#[derive(Clone, Debug)]
pub enum Deletes {
    None,
    /// The column that says so.
    Soft(Ident),
    Hard,
}
