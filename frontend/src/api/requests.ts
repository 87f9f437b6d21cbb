import { call } from "../lib/fault";
import type { request } from "../lib/types";
import { anyRequest } from "../lib/wanted";
import * as Requests from "../wailsjs/go/bridge/Requests";

export const listRequests = (asked: request.Wanted) => call(() => Requests.List(asked));
export const countRequests = () => call(() => Requests.Count());
export const getRequest = (id: number) => call(() => Requests.Get(id));

/** The requests about a structure that wait for the one who looks. */
export const requestsOf = (structure: number) => listRequests({ ...anyRequest, structure });
