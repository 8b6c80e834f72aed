//! The stable codes. docs/API.md lists each of them with its status; a test holds the two equal.

use serde::{Deserialize, Serialize};

/// Declares the codes with their text and HTTP status.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// What went wrong, in one stable word.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The code as it is sent and stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text),* }
            }

            /// The HTTP status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Code::$name => $status),* }
            }
        }
    };
}

codes! {
    /// The body, query or path does not have the documented form.
    InvalidRequest = "invalid_request", 400;
    /// A field that the operation does not know; it is never silently ignored.
    UnknownField = "unknown_field", 400;
    /// Nobody is signed in.
    Unauthenticated = "unauthenticated", 401;
    /// E-mail and password do not belong together.
    InvalidCredentials = "invalid_credentials", 401;
    /// The account is suspended.
    AccountSuspended = "account_suspended", 403;
    /// The request came from another site.
    CsrfRefused = "csrf_refused", 403;
    /// Nothing here, or nothing of the caller's.
    NotFound = "not_found", 404;
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405;
    /// Another account has this e-mail address.
    EmailTaken = "email_taken", 409;
    /// Another account has this user name.
    UsernameTaken = "username_taken", 409;
    /// Nobody may register.
    RegistrationClosed = "registration_closed", 403;
    /// The invitation is unknown, used, expired or for another address.
    InvitationInvalid = "invitation_invalid", 403;
    /// A link that came by mail was used, is over, or is none of ours.
    LinkInvalid = "link_invalid", 403;
    /// The studio sends no mail.
    MailNotConfigured = "mail_not_configured", 409;
    /// The set-up link is not the one that the server printed.
    SetupTokenInvalid = "setup_token_invalid", 403;
    /// The owner account exists already.
    SetupDone = "setup_done", 409;
    /// The owner account has to be made first.
    SetupRequired = "setup_required", 409;
    /// Too many tries from one address or for one account.
    TooManyAttempts = "too_many_attempts", 429;
    /// The key was used with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422;
    /// The key is empty, longer than 255 characters or not printable ASCII.
    IdempotencyKeyInvalid = "idempotency_key_invalid", 400;
    /// The balance is smaller than the price.
    InsufficientCredits = "insufficient_credits", 402;
    /// The account's tasks of the day are used up.
    DailyTaskLimit = "daily_task_limit", 429;
    /// The account has too many unfinished tasks.
    UnfinishedTaskLimit = "unfinished_task_limit", 429;
    /// The server has too many waiting tasks.
    QueueFull = "queue_full", 503;
    /// There is no such tool.
    ToolUnknown = "tool_unknown", 400;
    /// The tool exists but cannot run here now.
    ToolUnavailable = "tool_unavailable", 400;
    /// There is no such model for this tool.
    ModelUnknown = "model_unknown", 400;
    /// There is no such style.
    StyleUnknown = "style_unknown", 400;
    /// There is no such template for this tool.
    TemplateUnknown = "template_unknown", 400;
    /// A parameter has a value it must not have.
    ParameterInvalid = "parameter_invalid", 400;
    /// A parameter that this tool does not take.
    ParameterUnsupported = "parameter_unsupported", 400;
    /// Too few or too many input pictures.
    InputCount = "input_count", 400;
    /// An input file is not the caller's or is not ready.
    FileNotReady = "file_not_ready", 400;
    /// The picture asked for would be too large to make.
    OutputTooLarge = "output_too_large", 400;
    /// The upload has no bytes.
    FileEmpty = "file_empty", 400;
    /// The upload has more bytes than allowed.
    FileTooLarge = "file_too_large", 413;
    /// The upload is of a type that is not taken.
    FileTypeUnsupported = "file_type_unsupported", 415;
    /// The upload is damaged or not what it says.
    FileCorrupt = "file_corrupt", 400;
    /// The picture has more pixels than allowed.
    ImageTooLarge = "image_too_large", 400;
    /// The animation has more frames than allowed.
    ImageTooManyFrames = "image_too_many_frames", 400;
    /// More files in one request than allowed.
    TooManyFiles = "too_many_files", 400;
    /// The upload stopped arriving for 30 seconds, or took more than 50 minutes.
    UploadTimeout = "upload_timeout", 408;
    /// Nothing has arrived at the upload's link yet.
    UploadIncomplete = "upload_incomplete", 409;
    /// What arrived has another type or length than the link was made for.
    UploadMismatch = "upload_mismatch", 400;
    /// Somebody is putting the upload by its link already.
    UploadUnderWay = "upload_under_way", 409;
    /// Too many uploads of this account are under way, or are over and their links still open.
    TooManyUploads = "too_many_uploads", 429;
    /// The call is not signed as its sender signs, or is too old.
    WebhookRefused = "webhook_refused", 401;
    /// The JSON body has more bytes than allowed.
    BodyTooLarge = "body_too_large", 413;
    /// The account has all the bytes of pictures that one may have.
    StorageQuotaExceeded = "storage_quota_exceeded", 409;
    /// The disk is full.
    StorageFull = "storage_full", 507;
    /// A task holds the file; delete the task.
    FileInUse = "file_in_use", 409;
    /// The task is not finished yet.
    TaskNotFinished = "task_not_finished", 409;
    /// The task is finished already.
    TaskFinal = "task_final", 409;
    /// The time to undo has passed.
    UndoExpired = "undo_expired", 409;
    /// The link has expired; load the page again for a fresh one.
    LinkExpired = "link_expired", 403;
    /// The asked byte range does not lie in the file.
    RangeNotSatisfiable = "range_not_satisfiable", 416;
    /// The server cannot take the request now.
    Overloaded = "overloaded", 503;
    /// The database was cut off before it confirmed the change, which may have been made.
    Unconfirmed = "unconfirmed", 503;
    /// The JSON body did not arrive in time.
    Timeout = "timeout", 408;
    /// The engine could not do this picture.
    EngineFailed = "engine_failed", 500;
    /// Nothing stands out from the background.
    NoSubject = "no_subject", 422;
    /// The words, pictures or result break the vendor's content rules.
    ContentRefused = "content_refused", 422;
    /// The vendor has no room now.
    ProviderBusy = "provider_busy", 503;
    /// The vendor failed.
    ProviderFailed = "provider_failed", 502;
    /// The vendor did not answer in time.
    ProviderTimeout = "provider_timeout", 504;
    /// The account with the vendor does not work: no key or a wrong one, no money, or the model is gone.
    ProviderNotConfigured = "provider_not_configured", 503;
    /// The vendor refuses the values or pictures sent.
    ProviderRejected = "provider_rejected", 422;
    /// Nothing is for sale here: no payment account is set up.
    PaymentsMissing = "payments_missing", 404;
    /// There is no such pack of credits.
    PackUnknown = "pack_unknown", 400;
    /// The payment gateway did not help; nothing was charged.
    PaymentGatewayFailed = "payment_gateway_failed", 502;
    /// There is no such code, or it was taken back.
    RedeemCodeInvalid = "redeem_code_invalid", 400;
    /// The code was redeemed before.
    RedeemCodeUsed = "redeem_code_used", 409;
    /// The code's time is over.
    RedeemCodeExpired = "redeem_code_expired", 409;
    /// No text model is set up that improves or translates prompts.
    PromptModelMissing = "prompt_model_missing", 404;
    /// The text model has no room now.
    PromptModelBusy = "prompt_model_busy", 503;
    /// The text model did not answer in time.
    PromptModelTimeout = "prompt_model_timeout", 504;
    /// The text model failed, or its account does not work.
    PromptModelFailed = "prompt_model_failed", 502;
    /// The text model does not want to work on this text.
    PromptModelRefused = "prompt_model_refused", 422;
    /// What the text model said is of no use: nothing, too much, or something else than was asked for.
    PromptModelUnusable = "prompt_model_unusable", 502;
    /// It is not known whether the work was done.
    UnknownOutcome = "unknown_outcome", 500;
    /// Something went wrong inside; the log has the cause under the request id.
    Internal = "internal", 500;
}

impl Code {
    /// The code of a stored text; what an older or newer version wrote reads as `internal`.
    #[must_use]
    pub fn stored(text: &str) -> Code {
        Code::ALL.iter().copied().find(|code| code.as_str() == text).unwrap_or(Code::Internal)
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let codes = Code::ALL.iter().map(|code| code.as_str());
        utoipa::openapi::ObjectBuilder::new().schema_type(utoipa::openapi::schema::Type::String).enum_values(Some(codes)).into()
    }
}

impl utoipa::ToSchema for Code {}
