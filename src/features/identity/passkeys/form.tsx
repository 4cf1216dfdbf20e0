import { Form } from '../../../web/ui/form.tsx';
import { signInPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';

/**
 * One button that asks the browser for a passkey and sends what it answers as a form. Hidden until the island knows
 * that the browser can; the page has another way for those who cannot.
 */
export const PasskeyForm = (props: { t: Translate; action: string; next: string }) => (
  <Form action={props.action}>
    <input type="hidden" name="next" value={props.next} />
    <input type="hidden" name="credential" value="" />
    <p class="field-error" role="alert" hidden data-passkey-failed>
      {props.t('identity.passkeys.failed')}
    </p>
    <button
      class="button button-secondary"
      type="submit"
      hidden
      data-passkey="get"
      data-passkey-options={`${signInPath}/passkey/challenge`}
    >
      {props.t('identity.passkeys.use')}
    </button>
  </Form>
);
