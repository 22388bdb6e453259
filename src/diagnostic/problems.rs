use super::{Diagnostic, Severity};

/// The findings of one run, collected beside every phase.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
}

impl Problems {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub fn extend(&mut self, other: Self) {
        self.found.extend(other.found);
    }

    /// Takes out what says that something is missing; see [`Code::is_absence`](super::Code::is_absence).
    pub fn forget_absences(&mut self) {
        self.found.retain(|diagnostic| !diagnostic.code.is_absence());
    }

    /// True if there is a finding of that code.
    #[must_use]
    pub fn have(&self, code: super::Code) -> bool {
        self.found.iter().any(|diagnostic| diagnostic.code == code)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The number of errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.found.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// The number of warnings.
    #[must_use]
    pub fn warnings(&self) -> usize {
        self.found.len() - self.errors()
    }

    /// Every finding once, in the order of the texts: by file, place, code.
    #[must_use]
    pub fn sorted(&self) -> Vec<Diagnostic> {
        let mut sorted = self.found.clone();
        sorted.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.primary.as_ref().map(|label| label.span), d.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        sorted.dedup();
        sorted
    }
}

impl FromIterator<Diagnostic> for Problems {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(iter: T) -> Self {
        Self { found: iter.into_iter().collect() }
    }
}
