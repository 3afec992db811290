//! The comments of a profile.

use serde::Serialize;

use crate::profile::Profile;

/// All comments of a profile, those included that reports leave out because they begin with `#`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Comments<'p> {
    /// Version of this data's shape; it changes when a field changes its meaning or goes.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    pub version: u32,
    /// The comments, in the order of the profile.
    pub comments: Vec<&'p str>,
}

/// Lists the comments of a profile (pprof's `comments`).
///
/// ```
/// use rpprof::profile::ProfileBuilder;
/// use rpprof::report;
///
/// let mut builder = ProfileBuilder::new();
/// let comment = builder.string("# built by hand");
/// builder.header_mut().comments.push(comment);
/// assert_eq!(report::comments(&builder.build()?).comments, ["# built by hand"]);
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn comments(profile: &Profile) -> Comments<'_> {
    let comments = profile.header().comments.iter().map(|&comment| profile.str(comment)).collect();
    Comments { version: 1, comments }
}
