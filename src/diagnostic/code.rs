//! The codes. One line each: the code, the name that Rust calls it by, and its one-line title.
//! A code is never reused and never changes its meaning; its page is `explain/pages/CODE.md`.

use std::fmt;

macro_rules! codes {
    ($($id:literal $name:ident $title:literal;)+) => {
        /// The stable name of a kind of finding, such as `DM0302`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)+
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// `DM` and four digits.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// What kind of finding it is, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// The page that `datamove explain` shows, in Markdown.
            #[must_use]
            pub const fn page(self) -> &'static str {
                match self {
                    $(Self::$name => include_str!(concat!("../explain/pages/", $id, ".md")),)+
                }
            }
        }
    };
}

codes! {
    // Files and folders
    "DM0001" FileMissing "a file that the plan names cannot be read";
    "DM0002" NotText "a file that is not UTF-8 text";
    "DM0003" FileTooLarge "a file that is too large to be what it is named as";
    "DM0004" ImportCycle "plan files that import each other";
    "DM0010" BundleUnreadable "the bundle's folder cannot be read";
    "DM0011" ManifestUnreadable "the bundle's manifest cannot be understood";
    "DM0012" DatabaseMissing "a database file is not there";
    "DM0013" DatabaseUnusable "a file cannot be opened as a database";
    "DM0014" LocationUnusable "a location of a database does not fit the bundle";
    "DM0016" ServerUnreachable "no server answers there";
    "DM0017" LoginRefused "the server does not let the role in";
    "DM0018" NoSuchDatabase "the server has no database of that name";
    "DM0019" OtherEngine "another kind of server answers";
    "DM0020" ServerTooOld "a version of the server that bundles do not run on";
    "DM0021" TlsFailed "the connection cannot be encrypted as was asked";
    "DM0022" UrlUnreadable "a location that cannot be understood";
    "DM0023" PasswordFile "a file with a password cannot be used";
    "DM0024" OtherServer "source and target are not in one place";
    "DM0025" FileNotOurs "a file that is to be written holds something else";
    "DM0026" FileUnwritable "a file cannot be written";
    "DM0027" NothingToPull "a database or schema without a table";
    "DM0028" LiveSchemaUnreadable "the schema of a live database cannot be read";
    "DM0030" OutputInTheWay "a file stands where the output folder should be";
    "DM0031" OutputNotABundle "the output folder holds something that is not a bundle";
    "DM0032" OutputHasStrangers "the output folder holds files that are not the bundle's";
    "DM0033" OutputEdited "files of the bundle were edited by hand";
    "DM0034" OutputUnwritable "the output folder cannot be written";
    "DM0035" OutputPath "a file of the bundle has a name that cannot be written";
    "DM0036" ConfigUnusable "a datamove.toml that cannot be understood";
    "DM0037" BaselineUnusable "a baseline that cannot be read or written";
    "DM0038" SuppressionUnused "a suppression that nothing needs";

    // Syntax of the plan
    "DM0101" Syntax "the text is not in the plan language";
    "DM0102" UnknownItem "no item begins with this word";
    "DM0103" UnknownClause "no clause begins with this word";
    "DM0104" ClauseForm "a clause is not complete";
    "DM0105" ItemForm "an item is not complete";
    "DM0106" WrongArrow "the wrong arrow";
    "DM0107" ReasonMissing "a reason is missing";
    "DM0108" JoinCount "a join does not say how many rows it may match";
    "DM0109" ExpressionMissing "an expression is missing";
    "DM0110" Unclosed "something opened is not closed, or closed and not open";
    "DM0111" UnclosedString "a string is not closed";
    "DM0112" WrongQuotes "the wrong kind of quotes";
    "DM0113" UnknownEscape "an escape that the language does not have";
    "DM0114" ForeignMark "a mark from another language";
    "DM0115" ControlCharacter "an invisible character";
    "DM0116" BidiCharacter "a character that changes the direction of the text";
    "DM0117" TooBig "the text is longer or deeper than the limits";
    "DM0118" UnknownConflict "no answer to a conflict has this name";
    "DM0119" NoSuchDay "a date that is not a day";
    "DM0120" NumberForm "a number that the language cannot write";
    "DM0121" EditionForm "an edition that is not a year";
    "DM0122" DocMisplaced "a doc comment that documents nothing";
    "DM0123" Subquery "a query inside an expression";
    "DM0124" TimeForm "a length of time that cannot be read";
    "DM0130" DeletesForm "a rule for deleted rows that there is none of";

    // Reading DDL
    "DM0201" DdlUnreadable "a statement that matters to the move cannot be read";
    "DM0202" DdlWrongEngine "the DDL is written for another engine";
    "DM0203" NoTable "a DDL file defines no table";
    "DM0204" DuplicateTable "a table is defined twice";
    "DM0205" DdlUnknownTable "the DDL refers to a table that it does not define";
    "DM0206" DdlUnknownColumn "the DDL names a column or index that its table lacks";
    "DM0207" DdlUnclosed "a quote, comment or parenthesis is never closed";
    "DM0208" DdlTooDeep "an expression is nested too deeply";
    "DM0209" NamespaceUnknown "a namespace for an engine that has no schemas";
    "DM0210" DuplicateColumn "a table has two columns of one name";
    "DM0211" ForeignKeyUnpaired "a foreign key's columns do not pair with the table it refers to";
    "DM0212" DdlUnknownStatement "a statement starts with a word that is not SQL";

    // Names
    "DM0301" UnknownTable "no table of that name in the schema";
    "DM0302" UnknownColumn "no column of that name in the table";
    "DM0303" AmbiguousName "a name that could mean several things";
    "DM0304" UnknownSide "a path that begins with neither the source nor the target";
    "DM0305" WrongSide "a table of the other side";
    "DM0306" PartMissing "a part that every plan has is missing";
    "DM0307" DefinedTwice "something is said twice";
    "DM0308" UnknownEngine "an engine that datamove does not know";
    "DM0309" EnginesDiffer "a link between two engines that cannot be";
    "DM0310" UnknownAlias "no table of the query has this alias";
    "DM0311" UnknownWord "a word that is not one of the choices";
    "DM0312" NewerEdition "a plan of another edition of the language";
    "DM0313" BadPlanName "a plan name that cannot name the ledger";
    "DM0314" SidesOverlap "source and target would be the same tables";
    "DM0315" RestInGroup "`...` in a move with `group by`";
    "DM0316" UnknownStrategy "a word that the strategy does not have";
    "DM0331" NoWrapper "two engines that no foreign data wrapper connects";
    "DM0332" WrapperInexact "a column that a foreign data wrapper does not read exactly";
    "DM0340" NobodySigns "a sign-off that asks nobody";
    "DM0341" RoleName "a role whose approval could not have a file of its own";
    "DM0342" AuthorUnknown "the author may not approve and is not named";
    "DM0343" UnknownDemand "a word that a sign-off does not have";
    "DM0350" CutoverStep "a step of the cutover that is not whole";
    "DM0351" CutoverBudget "a cutover that does not keep its downtime";
    "DM0352" CutoverUnproven "what cannot be undone comes before the proof";

    // Types and claims
    "DM0401" ColumnLost "a source column is neither mapped nor dropped";
    "DM0402" NoProducer "nothing gives a NOT NULL column a value";
    "DM0403" WrongType "an expression of the wrong type";
    "DM0404" NoConversion "two types between which nothing converts by itself";
    "DM0405" ScaleLost "digits after the point would be lost without a stated rounding";
    "DM0406" Lossy "a conversion that can lose something";
    "DM0407" DivisionUnrounded "a division of exact numbers without a stated rounding";
    "DM0408" UnknownFunction "no function or values map of that name";
    "DM0409" WrongArguments "wrong arguments";
    "DM0410" NotDeterministic "a function that gives another result each time";
    "DM0411" AggregateElsewhere "a sum or count outside an invariant";
    "DM0412" UnknownType "a type that the language does not have";
    "DM0413" KeyMakerElsewhere "new keys are made in one `key` mapping";
    "DM0414" MixedKeys "moves into one table make their keys differently";
    "DM0415" KeyNotUnique "the `key` columns do not identify a row";
    "DM0416" KeyNotWritten "nothing says which key a moved row gets";
    "DM0417" GeneratedWritten "a generated column cannot be written";
    "DM0418" DefaultNeedless "a default that is never used";
    "DM0419" NullIntoNotNull "a NULL would be written to a NOT NULL column";
    "DM0420" RefElsewhere "`ref` where it has no meaning";
    "DM0421" RefUnmoved "a reference to a table that no move fills";
    "DM0422" OldKeyCopied "a reference copies the old key of a parent that gets new ones";
    "DM0423" NotCountable "a claim that cannot be counted before the load";
    "DM0424" NotGrouped "a value that differs within a group";
    "DM0425" DropUsed "a column is dropped and yet read";
    "DM0426" BatchKey "a batch key that could miss rows or has no index";
    "DM0427" SharedTarget "two moves write one table and do not say what happens if they meet";
    "DM0428" TriggerFires "triggers of the target fire during the load";
    "DM0429" AcceptUnused "an accept that nothing needs";
    "DM0430" AcceptExpired "an accept whose day is over";
    "DM0431" NoTransactions "a target table without transactions";
    "DM0440" QuarantineImpossible "rows of this move cannot be set aside";
    "DM0441" ReferenceUnheld "a reference that nothing holds to rows that may be set aside";
    "DM0445" RelatedElsewhere "rows of another table where they have no meaning";
    "DM0446" RelatedForm "rows of another table in a form that the language does not have";
    "DM0447" OrderNotTotal "`first` without an order that tells all rows apart";
    "DM0448" RelatedUnindexed "rows of another table that no index finds";
    "DM0450" StatsUnreadable "a statistics file that cannot be understood";
    "DM0451" StatsStrangers "statistics of tables that the schema does not have";
    "DM0460" NoStagingType "a column whose values the target's engine cannot hold";
    "DM0473" DeletesWithoutKey "rows that a catch-up could not find again";
    "DM0474" DeletesUnsaid "a move that does not say what becomes of deleted rows";
    "DM0475" NumbersOfSequence "a MariaDB sequence that a load would leave behind";
    "DM0476" DeletesCascade "a delete that would take rows with it that the plan does not know";
    "DM0477" SoftColumn "a column that cannot say that a row is gone";
    "DM0478" DeletesCopied "a catch-up of rows that are copied once";
    "DM0479" DeletesShared "a catch-up of rows that more than one source row stands behind";
    "DM0480" DeletesTriggers "triggers that would fire in a catch-up";
    "DM0485" PersonalData "personal data that a move takes over without a word about it";
    "DM0486" UncheckedRows "a corruption that no check of the plan would find";
    "DM0490" CheckUnreadable "SQL of a check that its engine would not read";
    "DM0491" CheckWrites "a check that does more than reading";
    "DM0492" CheckElsewhere "a check in another engine's SQL";
    "DM0493" ReconcileTimes "times of a comparison that do not come round";
    "DM0494" WatermarkColumn "a watermark that would miss rows";
    "DM0495" ChangedUnknown "rows that changed cannot be told";
    "DM0496" SampleRows "a sample of no rows, or of too many";

    // Order
    "DM0501" Cycle "a cycle of references that cannot be broken";

    // Rollback and compilation
    "DM0601" NoCover "a move that could not be rolled back";
    "DM0602" EngineCannot "something that the target's engine cannot do exactly";
    "DM0603" RunnersOwn "a function that only the runner brings along";

    // Bundles, servers and runs
    "DM0701" BundleChanged "the bundle's files are not the ones that were compiled";
    "DM0702" OtherPlanPrepared "the target was prepared by another version of the plan";
    "DM0703" PreflightFailed "the source holds rows that the plan cannot move";
    "DM0704" ValidationFailed "the moved rows are not what the plan says";
    "DM0705" TargetWrittenByOthers "the target was written by somebody else during the load";
    "DM0706" TargetNotEmpty "a table that must be empty has rows";
    "DM0707" KeysExist "keys that are to be inserted exist in the target";
    "DM0708" StepsNotDone "steps of the load are not done";
    "DM0709" LookupFailed "a value has no entry in its map or reference";
    "DM0710" NumberLost "a number cannot be computed exactly";
    "DM0711" NotPrepared "nothing is prepared in this target for the plan";
    "DM0712" LoadedOrphans "loaded rows refer to rows that are not there";
    "DM0713" PlanBusy "another session runs a script of this plan";
    "DM0714" ZoneUnknown "the server cannot bring a time into its zone";
    "DM0715" NotOwner "a table that the load alters belongs to somebody else";
    "DM0716" BatchWithoutIndex "batches of a large table are not read by an index";
    "DM0717" ConstraintBroken "a postponed constraint does not hold for the moved rows";
    "DM0718" StillPostponed "constraints or triggers are still switched off";
    "DM0720" DatabaseLocked "another program holds the database";
    "DM0721" TargetReadOnly "the target cannot be written";
    "DM0722" RunnerAtWork "another datamove is at work on the target";
    "DM0723" StatementFailed "the engine refused a statement of a script";
    "DM0724" ScriptRefused "a script of the bundle stopped the run";
    "DM0725" NoProgress "a step runs again and again and moves nothing";
    "DM0726" LedgerUnexpected "the ledger in the target is not as the scripts write it";
    "DM0729" NothingExamined "a validation that looked at nothing";
    "DM0730" RollbackUnconfirmed "a rollback needs --yes";
    "DM0731" Interrupted "the run was stopped by a signal";
    "DM0732" ConnectionLost "the connection to the server is gone";
    "DM0733" RightsMissing "the role lacks rights that the bundle needs";
    "DM0734" Contended "other sessions were in the way again and again";
    "DM0735" TableMissing "a table that the bundle works with is not there";
    "DM0736" TimedOut "the server ended a statement";
    "DM0740" SchemaDrift "a database's schema is not the one that the plan was compiled against";
    "DM0745" SourceUnfit "the source holds values that cannot travel";
    "DM0746" SourceChanged "the source was written while its rows were copied";
    "DM0747" ValueUnfit "a value that cannot travel stopped a batch";
    "DM0748" StagedAlready "rows are being moved out of the staged tables";
    "DM0749" StagedChanged "the staged rows are not those that arrived";
    "DM0750" RowTooLarge "a row that is more than the target's server takes at once";
    "DM0751" ValueChanged "the target's server changed a value that was copied";
    "DM0752" EncodingUntrue "texts at the source are not in the encoding that they are said to be in";
    "DM0753" CopiedKeysMeet "keys of a copied table that the target's engine takes for the same";
    "DM0754" RowRefused "the target refuses a row";
    "DM0755" WrapperMissing "the foreign data wrapper is not installed";
    "DM0756" SourceUnsaid "nobody said where the source is";
    "DM0757" WrapperTls "a protection that the foreign data wrapper cannot be told";
    "DM0758" ServerRefused "the source cannot be shown to the target's server";
    "DM0759" QuarantineFull "more rows are refused than may be set aside";
    "DM0760" NotLoaded "rows that were set aside are tried again before the load is done";
    "DM0761" StillRefused "rows that were set aside are still refused";
    "DM0770" EvidenceMissing "a gate finds no evidence";
    "DM0771" EvidenceStale "the evidence is too old";
    "DM0772" EvidenceFailed "the evidence is of checks that failed";
    "DM0773" EvidencePartial "the evidence is of checks that did not look at everything";
    "DM0774" EvidenceForeign "the evidence is about another plan or another server";
    "DM0775" EvidenceVoided "the evidence was voided by what was written since";
    "DM0776" Unreconciled "source and target have come apart since the load";
    "DM0777" ReconcileOver "the period in which source and target are compared again is over";
    "DM0780" CopyDiffers "the copied rows are not those of the source";


    // Approvals
    "DM0786" SignoffMissing "an approval that the plan asks for is not there";
    "DM0787" SignoffStale "an approval is of another version of the plan";
    "DM0788" SignoffRefused "an approval does not count";
    "DM0789" SignoffUnusable "an approval cannot be read, written, signed or verified";
    "DM0790" NotAsPlanned "the bundle's scripts are not those of the plan that was approved";
    "DM0791" RoleUnasked "a role that the plan does not ask";
    "DM0792" CutoverOrder "a step of the cutover out of its turn";
    "DM0793" RollbackClosed "the way back is closed";

    // Review
    "DM0801" NoGit "git, or a repository, is not there";
    "DM0802" UnknownRevision "a revision that the repository does not know";
    "DM0803" ShallowClone "a revision that the shallow clone does not have";
    "DM0804" NotInRevision "a path that the revision does not have";
    "DM0805" UnknownStep "no step of that name in either plan";
    "DM0806" NotAPlan "neither a plan nor a bundle";
    "DM0807" BundleStale "the committed bundle is not what the plan compiles to";
    "DM0808" MergeConflict "a merge that is not finished";
    "DM0809" OtherFingerprint "the bundle is not the one that was approved";

    // Runs
    "DM0810" ThrottleBlind "a limit of the throttle that cannot be measured";
    "DM0811" LedgerNewer "the ledger is of a newer datamove";
    "DM0812" LedgerIncomplete "a table or a column of the ledger is missing";
    "DM0813" LedgerEdited "what the ledger says contradicts itself";
    "DM0814" SideChanged "a side is not the one that the run before left";
    "DM0815" NothingToControl "there is no ledger that takes orders";
    "DM0816" NoMoreSessions "the server lets no more sessions in";
    "DM0817" DiskFull "the disk is full";
    // Catching up
    "DM0830" NothingToCatchUp "nothing is loaded that could be caught up";
    "DM0831" NoCatchUp "a bundle that does not catch up";
    "DM0832" StillBehind "the source changes faster than it is caught up with";

    // Rules of a team
    "DM0901" OpenEndedAccept "an accept without a ticket and without an end";
    "DM0902" UncheckedOverwrite "rows are overwritten and no invariant looks at them";
    "DM0903" LargeBatch "a batch far larger than it need be";
    "DM0904" WideDrop "a move that leaves many columns behind";
    "DM0905" NoOwner "a plan that names no owner";
    "DM0906" NoInvariant "a plan without an invariant";
}

/// The part of the work that a code belongs to; the first two digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Files,
    Syntax,
    Ddl,
    Names,
    Claims,
    Order,
    Compile,
    Run,
    Review,
    Rules,
}

impl Code {
    /// The code that `id` names, in any letter case.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }

    /// True if it says that something is not there: nothing to say while a part of the plan could
    /// not be read, because that part may have it.
    #[must_use]
    pub const fn is_absence(self) -> bool {
        matches!(
            self,
            Self::PartMissing
                | Self::ColumnLost
                | Self::NoProducer
                | Self::KeyNotWritten
                | Self::KeyNotUnique
                | Self::RefUnmoved
                | Self::AcceptUnused
                | Self::UnknownFunction
                | Self::UnknownAlias
                | Self::NotGrouped
        )
    }

    #[must_use]
    pub fn family(self) -> Family {
        match &self.id()[..4] {
            "DM00" => Family::Files,
            "DM01" => Family::Syntax,
            "DM02" => Family::Ddl,
            "DM03" => Family::Names,
            "DM04" => Family::Claims,
            "DM05" => Family::Order,
            "DM06" => Family::Compile,
            "DM08" if !("DM0810".."DM0830").contains(&self.id()) => Family::Review,
            "DM09" => Family::Rules,
            _ => Family::Run,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
