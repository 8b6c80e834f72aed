/** Pages of those who are not in yet, or come with a link from a mail: one load for all of them. */
import { Route, Switch } from "wouter";
import { ChangeEmailPage, VerifyEmailPage } from "@/features/account/ConfirmLinkPage";
import { ForgotPasswordPage } from "@/features/account/ForgotPasswordPage";
import { LoginPage } from "@/features/account/LoginPage";
import { RegisterPage } from "@/features/account/RegisterPage";
import { ResetPasswordPage } from "@/features/account/ResetPasswordPage";
import { SetupPage } from "@/features/account/SetupPage";
import { paths } from "@/services/paths";

export function Doors() {
  return (
    <Switch>
      <Route path="/login" component={LoginPage} />
      <Route path="/register" component={RegisterPage} />
      <Route path="/setup" component={SetupPage} />
      <Route path={paths.forgotPassword} component={ForgotPasswordPage} />
      <Route path="/reset-password" component={ResetPasswordPage} />
      <Route path="/verify-email" component={VerifyEmailPage} />
      <Route path="/change-email" component={ChangeEmailPage} />
    </Switch>
  );
}
