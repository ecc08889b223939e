// Before what hurts, the server wants the password again. Whoever changes something need not think of it: the change waits
// until the password was given, and is then sent once more.
import { PASSWORD_AGAIN, Problem, send, type Method } from './api';
import type { Json } from './types';

export const question = $state<{ answer: ((given: boolean) => void) | null }>({ answer: null });

function givenAgain(): Promise<boolean> {
  return new Promise((resolve) => {
    question.answer = (given) => {
      question.answer = null;
      resolve(given);
    };
  });
}

/** Gives the answer, or undefined if the member would rather not give the password. */
export async function change<Answer>(method: Method, address: string, body?: Json): Promise<Answer | undefined> {
  try {
    return await send<Answer>(method, address, body);
  } catch (error) {
    const isAsked = error instanceof Problem && error.type === PASSWORD_AGAIN;
    if (!isAsked) throw error;
    return await givenAgain() ? send<Answer>(method, address, body) : undefined;
  }
}
