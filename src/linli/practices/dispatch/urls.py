"""Addresses of the dispatch practice; it is mounted at the site's root."""

from django.urls import path

from linli.practices.dispatch import views_desk, views_resident, views_work

app_name = "dispatch"

urlpatterns = [
    path("report/", views_resident.report, name="report"),
    path("report/where/", views_resident.report_where, name="report_where"),
    path("matters/", views_resident.matters, name="matters"),
    path("matters/<uuid:case_id>/", views_resident.matter, name="matter"),
    path("matters/<uuid:case_id>/confirm/", views_resident.confirm, name="confirm"),
    path("matters/<uuid:case_id>/reopen/", views_resident.reopen, name="reopen"),
    path("desk/", views_desk.queue, name="desk"),
    path("desk/cases/<uuid:case_id>/", views_desk.case, name="desk_case"),
    path("desk/cases/<uuid:case_id>/dispatch/", views_desk.dispatch, name="desk_dispatch"),
    path("desk/cases/<uuid:case_id>/correct/", views_desk.correct, name="desk_correct"),
    path("work/", views_work.jobs, name="work"),
    path("work/<uuid:job_id>/", views_work.job, name="job"),
    path("work/<uuid:job_id>/accept/", views_work.accept, name="job_accept"),
    path("work/<uuid:job_id>/arrive/", views_work.arrive, name="job_arrive"),
    path("work/<uuid:job_id>/finish/", views_work.finish, name="job_finish"),
    path("work/<uuid:job_id>/return/", views_work.give_back, name="job_return"),
]
